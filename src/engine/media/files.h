#pragma once

// Purpose: the images and sounds that come with a request, from the bytes a client sent to pixels
// and samples.
//
// Files are checked by their headers before anything is decoded (parse/media_header.h). Decoding
// is bounded by the limits below.
//
// Errors: check_media and decode_media give ErrorCode::invalid with status 400 and upstream's text
// `Failed to load image or audio file` with the reason behind it; for WebP that is broken, status
// 500 and `decode WebP image: …`. Source: native-api.md 5.3, 7.9.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mtmd.h"

namespace corral::engine {

inline constexpr std::size_t kMaxMedia = 64;  // in one request
inline constexpr std::size_t kMaxImageBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxSoundBytes = std::size_t{32} << 20;
inline constexpr double kMaxSoundSeconds = 3600;
inline constexpr std::uint64_t kMaxImagePixels = std::uint64_t{64} << 20;
inline constexpr std::uint64_t kMaxRequestPixels = std::uint64_t{128} << 20;  // of all its images

// What a model takes.
struct Senses {
    bool sees = false;
    bool hears = false;
};

[[nodiscard]] Result<void> check_media(const std::vector<std::string_view>& files, Senses senses);

// `bytes` has passed check_media. The bitmap's id is the SHA-256 of the bytes.
[[nodiscard]] Result<mtmd::bitmap_ptr> decode_media(const mtmd_context* projector,
                                                    std::string_view bytes);

// Upstream's error for a request whose media cannot be used: the engine's JSON, as text.
Error media_error(std::string_view message);
// Upstream's error for media in a text when the model takes none.
Error no_media_in_texts();

}  // namespace corral::engine
