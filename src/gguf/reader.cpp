#include "gguf/reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace corral::gguf {

namespace {
constexpr std::size_t kWindowBytes = 256 << 10;
constexpr std::uint64_t kMaxStringBytes = 16 << 20;
constexpr std::uint64_t kMaxHeaderBytes = 512 << 20;
}  // namespace

Reader::Reader(std::span<const char> bytes) : size_(bytes.size()), window_(bytes) {}

Reader::Reader(int fd, std::uint64_t size) : fd_(fd), size_(size) {
    buffer_.resize(std::min<std::uint64_t>(kWindowBytes, size));
}

bool Reader::refill(std::size_t n) {
    const std::uint64_t at = position();
    if (n > size_ - at) {
        fail_with(ErrorCode::corrupt,
                  "the file is truncated: it ends after {} bytes, in the middle of its header",
                  size_);
        return false;
    }
    if (at > kMaxHeaderBytes) {
        fail_with(ErrorCode::corrupt, "the header is longer than {} bytes", kMaxHeaderBytes);
        return false;
    }
    std::size_t n_read = 0;
    while (n_read < n) {
        const ssize_t got = ::pread(fd_, buffer_.data() + n_read, buffer_.size() - n_read,
                                    static_cast<off_t>(at + n_read));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            fail_with(ErrorCode::io, "read at byte {}: {}", at + n_read,
                      got < 0 ? std::strerror(errno) : "the file became shorter");
            return false;
        }
        n_read += static_cast<std::size_t>(got);
    }
    window_ = {buffer_.data(), n_read};
    window_at_ = at;
    used_ = 0;
    return true;
}

std::uint64_t Reader::string_length() {
    const auto length = get<std::uint64_t>();
    if (!ok()) return 0;
    if (length > kMaxStringBytes) {
        fail_with(ErrorCode::corrupt, "GGUF string length {} exceeds maximum {}", length,
                  kMaxStringBytes);
        return 0;
    }
    if (length > remaining()) {
        fail_with(ErrorCode::corrupt, "GGUF string length {} exceeds the {} bytes left in the file",
                  length, remaining());
        return 0;
    }
    return length;
}

std::string Reader::string() {
    std::uint64_t left = string_length();
    std::string text;
    text.reserve(left);
    while (left > 0) {
        const std::size_t piece = std::min<std::uint64_t>(left, kWindowBytes);
        const char* bytes = take(piece);
        if (!bytes) return {};
        text.append(bytes, piece);
        left -= piece;
    }
    return text;
}

void Reader::skip(std::uint64_t n_bytes) {
    if (!ok()) return;
    if (n_bytes > remaining()) {
        fail_with(ErrorCode::corrupt,
                  "the file is truncated: it ends after {} bytes, in the middle of its header",
                  size_);
        return;
    }
    const std::size_t in_window = window_.size() - used_;
    if (n_bytes <= in_window) {
        used_ += n_bytes;
        return;
    }
    window_at_ = position() + n_bytes;
    window_ = {};
    used_ = 0;
}

}  // namespace corral::gguf
