#include "parse/media_header.h"

#include <cstdlib>

namespace corral::parse {
namespace {

// Reads numbers at fixed places; whatever lies past the end reads as zero.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

    std::size_t size() const { return bytes_.size(); }
    std::uint32_t byte(std::size_t at) const {
        return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0;
    }
    std::uint32_t little16(std::size_t at) const { return byte(at) | byte(at + 1) << 8; }
    std::uint32_t little24(std::size_t at) const { return little16(at) | byte(at + 2) << 16; }
    std::uint32_t little32(std::size_t at) const { return little24(at) | byte(at + 3) << 24; }
    std::uint32_t big16(std::size_t at) const { return byte(at) << 8 | byte(at + 1); }
    std::uint32_t big32(std::size_t at) const { return big16(at) << 16 | big16(at + 2); }
    bool has(std::size_t at, std::string_view text) const {
        return at <= bytes_.size() && bytes_.substr(at).starts_with(text);
    }

private:
    std::string_view bytes_;
};

using Found = std::optional<MediaHeader>;

// `end` is where the sizes end in the file.
Found image(const Bytes& bytes, std::size_t end, MediaFormat format, std::uint32_t width,
            std::uint32_t height) {
    if (bytes.size() < end || width == 0 || height == 0) return std::nullopt;
    return MediaHeader{format, width, height};
}

Found png(const Bytes& bytes) {
    constexpr std::uint32_t kHeaderBytes = 13;
    if (bytes.big32(8) != kHeaderBytes || !bytes.has(12, "IHDR")) return std::nullopt;
    return image(bytes, 24, MediaFormat::png, bytes.big32(16), bytes.big32(20));
}

bool has_length(std::uint32_t jpeg_marker) {
    return jpeg_marker != 0x01 && (jpeg_marker < 0xd0 || jpeg_marker > 0xd9);
}

// Markers up to the frame header. Bytes between segments are skipped, as decoders do.
Found jpeg(const Bytes& bytes) {
    std::size_t at = 2;
    while (at + 1 < bytes.size()) {
        if (bytes.byte(at) != 0xff || bytes.byte(at + 1) == 0xff || bytes.byte(at + 1) == 0) {
            ++at;
            continue;
        }
        const std::uint32_t marker = bytes.byte(at + 1);
        at += 2;
        if (!has_length(marker)) continue;
        const std::uint32_t length = bytes.big16(at);
        if (length < 2) return std::nullopt;
        const bool is_frame = marker >= 0xc0 && marker <= 0xc2;
        if (is_frame)
            return image(bytes, at + 7, MediaFormat::jpeg, bytes.big16(at + 5),
                         bytes.big16(at + 3));
        constexpr std::uint32_t kScan = 0xda;
        if (marker == kScan) return std::nullopt;
        at += length;
    }
    return std::nullopt;
}

Found gif(const Bytes& bytes) {
    if (!bytes.has(3, "87a") && !bytes.has(3, "89a")) return std::nullopt;
    return image(bytes, 10, MediaFormat::gif, bytes.little16(6), bytes.little16(8));
}

Found bmp(const Bytes& bytes) {
    constexpr std::uint32_t kCoreHeaderBytes = 12;
    if (bytes.little32(14) == kCoreHeaderBytes)
        return image(bytes, 22, MediaFormat::bmp, bytes.little16(18), bytes.little16(20));
    const auto height = std::int64_t{static_cast<std::int32_t>(bytes.little32(22))};
    const std::uint32_t width = bytes.little32(18);
    if (width > INT32_MAX) return std::nullopt;
    return image(bytes, 26, MediaFormat::bmp, width, static_cast<std::uint32_t>(std::abs(height)));
}

Found webp(const Bytes& bytes) {
    constexpr std::uint32_t kSideBits = 0x3fff;
    if (bytes.has(12, "VP8X"))
        return image(bytes, 30, MediaFormat::webp, bytes.little24(24) + 1, bytes.little24(27) + 1);
    if (bytes.has(12, "VP8L") && bytes.byte(20) == 0x2f) {
        const std::uint32_t sides = bytes.little32(21);
        return image(bytes, 25, MediaFormat::webp, (sides & kSideBits) + 1,
                     (sides >> 14 & kSideBits) + 1);
    }
    if (bytes.has(12, "VP8 ") && bytes.has(23, "\x9d\x01\x2a"))
        return image(bytes, 30, MediaFormat::webp, bytes.little16(26) & kSideBits,
                     bytes.little16(28) & kSideBits);
    return std::nullopt;
}

// A sound whose data is really there: decoders allocate for what the header claims.
Found wav(const Bytes& bytes) {
    bool has_format = false;
    for (std::uint64_t at = 12; at + 8 <= bytes.size();) {
        const std::uint64_t length = bytes.little32(at + 4);
        if (bytes.has(at, "fmt ")) {
            constexpr std::uint32_t kMinRate = 4000;
            const std::uint32_t n_channels = bytes.little16(at + 10);
            const std::uint32_t rate = bytes.little32(at + 12);
            if (n_channels < 1 || n_channels > 8 || rate < kMinRate) return std::nullopt;
            has_format = true;
        }
        if (bytes.has(at, "data")) {
            if (!has_format || length == 0 || at + 8 + length > bytes.size()) return std::nullopt;
            return MediaHeader{MediaFormat::wav};
        }
        at += 8 + length + length % 2;
    }
    return std::nullopt;
}

// Its first block has to be STREAMINFO.
Found flac(const Bytes& bytes) {
    constexpr std::uint32_t kStreamInfoBytes = 34;
    const bool is_stream_info = (bytes.byte(4) & 0x7f) == 0;
    if (!is_stream_info || bytes.big32(4) << 8 >> 8 != kStreamInfoBytes) return std::nullopt;
    if (bytes.size() < 8 + kStreamInfoBytes) return std::nullopt;
    return MediaHeader{MediaFormat::flac};
}

}  // namespace

std::optional<MediaHeader> read_media_header(std::string_view text) {
    const Bytes bytes(text);
    if (bytes.has(0, "\x89PNG\r\n\x1a\n")) return png(bytes);
    if (bytes.has(0, "\xff\xd8\xff")) return jpeg(bytes);
    if (bytes.has(0, "GIF8")) return gif(bytes);
    if (bytes.has(0, "BM")) return bmp(bytes);
    if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) return webp(bytes);
    if (bytes.has(0, "RIFF") && bytes.has(8, "WAVE")) return wav(bytes);
    if (bytes.has(0, "fLaC")) return flac(bytes);
    const bool is_mpeg_frame = bytes.byte(0) == 0xff && (bytes.byte(1) & 0xe0) == 0xe0;
    if (bytes.has(0, "ID3") || is_mpeg_frame) return MediaHeader{MediaFormat::mp3};
    return std::nullopt;
}

}  // namespace corral::parse
