#include "runner/frame_reader.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/files.h"
#include "wire/codec.h"

namespace corral::runner {

Result<wire::ToRunner> FrameReader::read() {
    std::array<char, wire::kFrameHeaderBytes> header{};
    CORRAL_CHECK(fill(header.data(), header.size()));
    CORRAL_TRY(const std::size_t length, wire::frame_length(header));
    payload_.resize(length);
    CORRAL_CHECK(fill(payload_.data(), length));
    return wire::decode_to_runner(payload_);
}

Result<void> FrameReader::fill(char* bytes, std::size_t n) {
    while (n > 0) {
        const ssize_t got = ::read(fd_, bytes, n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(file_error(errno, "read", "runner socket"));
        if (got == 0) return fail(ErrorCode::unavailable, "the server closed the connection");
        bytes += got;
        n -= static_cast<std::size_t>(got);
    }
    return {};
}

}  // namespace corral::runner
