#pragma once

// Purpose: little-endian values out of a file or a piece of memory, forwards only, never past the
// end.
//
// The first failure sticks: from then on every read gives zero or an empty string, so callers check
// `failure` once per record instead of after every value.

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace corral::gguf {

class Reader {
public:
    explicit Reader(std::span<const char> bytes);
    // `fd` stays the caller's; `size` is the length of the file.
    Reader(int fd, std::uint64_t size);

    std::uint64_t size() const { return size_; }
    std::uint64_t position() const { return window_at_ + used_; }
    std::uint64_t remaining() const { return size_ - position(); }
    const std::optional<Error>& failure() const { return failure_; }
    bool ok() const { return !failure_.has_value(); }

    template <class T>
    T get() {
        T value{};
        if (const char* bytes = take(sizeof(T))) std::memcpy(&value, bytes, sizeof(T));
        return value;
    }
    std::string string();  // a length of 64 bits, then the bytes
    void skip_string() { skip(string_length()); }
    void skip(std::uint64_t n_bytes);

    template <class... Args>
    void fail_with(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
        if (!failure_) failure_ = fail(code, format, std::forward<Args>(args)...).error();
    }

private:
    // The next n bytes, at most a window's length; null on failure.
    const char* take(std::size_t n) {
        if (failure_) return nullptr;
        if (window_.size() - used_ < n && !refill(n)) return nullptr;
        const char* bytes = window_.data() + used_;
        used_ += n;
        return bytes;
    }
    bool refill(std::size_t n);
    std::uint64_t string_length();

    int fd_ = -1;
    std::uint64_t size_ = 0;
    std::vector<char> buffer_;
    std::span<const char> window_;  // the bytes from window_at_ on
    std::uint64_t window_at_ = 0;
    std::size_t used_ = 0;
    std::optional<Error> failure_;
};

}  // namespace corral::gguf
