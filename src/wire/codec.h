#pragma once

// Purpose: messages to bytes and back, for the socketpair between server and runner.
//
// A frame is a 4-byte little-endian length (of what follows, at most kMaxFrameBytes) and the
// encoded message. Integers are zig-zag varints, floats and doubles their little-endian bits,
// strings and lists a varint count and the elements, optionals a presence byte, variants the index
// of the alternative; structs are their `fields` in order. Both ends are the same binary, so there
// is no versioning.
//
// Errors: decoding never reads past the frame and never allocates more than the frame could hold;
// anything that does not fit is ErrorCode::corrupt. Trailing bytes are corrupt too.

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::wire {

inline constexpr std::size_t kMaxFrameBytes = std::size_t{512} << 20;
inline constexpr std::size_t kFrameHeaderBytes = 4;

// The whole frame, header included.
[[nodiscard]] Result<std::string> encode(const ToRunner& message);
[[nodiscard]] Result<std::string> encode(const FromRunner& message);

// `payload` is a frame without its header.
[[nodiscard]] Result<ToRunner> decode_to_runner(std::span<const char> payload);
[[nodiscard]] Result<FromRunner> decode_from_runner(std::span<const char> payload);

// The payload length a header announces, or corrupt if it is over the limit. `header` holds
// kFrameHeaderBytes.
[[nodiscard]] Result<std::size_t> frame_length(std::span<const char> header);

}  // namespace corral::wire
