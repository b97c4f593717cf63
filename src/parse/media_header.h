#pragma once

// Purpose: what an image or sound says about itself in its first bytes, read before any decoder
// sees it, so that a small file cannot make a decoder allocate gigabytes.
//
// Formats: PNG, JPEG (baseline and progressive), GIF, BMP, WebP; WAV, MP3 and FLAC. A file is told
// by its content, never by a name. Reading is bounded by the bytes given and allocates nothing.
// Everything that a decoder could understand differently is not recognised.
//
// Source: PNG 1.2, ITU T.81, GIF89a, the BITMAPCOREHEADER and BITMAPINFOHEADER of BMP, RFC 9649
// (WebP), RFC 2361 (WAV), RFC 9639 (FLAC); native-api.md 5.3.

#include <cstdint>
#include <optional>
#include <string_view>

namespace corral::parse {

enum class MediaFormat : std::uint8_t { png, jpeg, gif, bmp, webp, wav, mp3, flac };

struct MediaHeader {
    MediaFormat format = MediaFormat::png;
    // Pixels, both at least 1; 0 for sounds.
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    bool is_sound() const {
        return format == MediaFormat::wav || format == MediaFormat::mp3 ||
               format == MediaFormat::flac;
    }
    std::uint64_t n_pixels() const { return std::uint64_t{width} * height; }
};

// Nothing when the bytes are of no known format, or their header is broken or cut short.
std::optional<MediaHeader> read_media_header(std::string_view bytes);

}  // namespace corral::parse
