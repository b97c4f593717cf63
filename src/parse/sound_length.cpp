#include "parse/sound_length.h"

#include <array>
#include <cstdint>

#include "parse/media_header.h"

namespace corral::parse {
namespace {

std::uint64_t byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t n) {
    std::uint64_t number = 0;
    for (std::size_t i = n; i-- > 0;) number = number << 8 | byte_at(bytes, at + i);
    return number;
}

std::uint64_t big(std::string_view bytes, std::size_t at, std::size_t n) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < n; ++i) number = number << 8 | byte_at(bytes, at + i);
    return number;
}

// read_media_header has seen that both chunks are there, in this order.
std::optional<double> wav_seconds(std::string_view bytes) {
    std::uint64_t bytes_per_second = 0;
    for (std::uint64_t at = 12; at + 8 <= bytes.size();) {
        const std::uint64_t length = little(bytes, at + 4, 4);
        if (bytes.substr(at).starts_with("fmt ")) {
            // What the header claims can be wrong; compressed forms are told by it alone.
            const std::uint64_t sample_bits = little(bytes, at + 22, 2);
            const std::uint64_t rate = little(bytes, at + 12, 4);
            const std::uint64_t computed = rate * little(bytes, at + 10, 2) * sample_bits / 8;
            bytes_per_second = sample_bits > 0 ? computed : little(bytes, at + 16, 4);
        }
        if (bytes.substr(at).starts_with("data")) {
            if (bytes_per_second == 0) return std::nullopt;
            return static_cast<double>(length) / static_cast<double>(bytes_per_second);
        }
        at += 8 + length + length % 2;
    }
    return std::nullopt;
}

std::optional<double> flac_seconds(std::string_view bytes) {
    constexpr std::size_t kStreamInfo = 8;  // behind "fLaC" and the block's header
    const std::uint64_t rate = big(bytes, kStreamInfo + 10, 3) >> 4;
    const std::uint64_t n_samples = big(bytes, kStreamInfo + 13, 5) & 0xf'ffff'ffff;
    if (rate == 0 || n_samples == 0) return std::nullopt;
    return static_cast<double>(n_samples) / static_cast<double>(rate);
}

struct Mp3Frame {
    std::size_t size_bytes = 0;
    double seconds = 0;
};

// The frame whose header these four bytes are.
std::optional<Mp3Frame> mp3_frame(std::uint32_t header) {
    // By MPEG-1 or 2, layer I to III; kilobits a second.
    static constexpr std::uint16_t kRates[2][3][15] = {
        {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
         {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
         {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
        {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
         {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
         {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}};
    static constexpr std::array<std::uint32_t, 3> kSampleRates = {44100, 48000, 32000};
    const std::uint32_t version = header >> 19 & 3;  // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
    const std::uint32_t layer = 4 - (header >> 17 & 3);
    const std::uint32_t rate_index = header >> 12 & 15;
    const std::uint32_t sample_index = header >> 10 & 3;
    const bool is_frame = header >> 21 == 0x7ff && version != 1 && layer != 4;
    if (!is_frame || rate_index == 0 || rate_index == 15 || sample_index == 3) return std::nullopt;
    const bool is_first = version == 3;
    const std::uint32_t halvings = is_first ? 0 : version == 2 ? 1 : 2;
    const std::uint32_t sample_rate = kSampleRates[sample_index] >> halvings;
    const std::uint32_t bits_per_second = 1000U * kRates[is_first ? 0 : 1][layer - 1][rate_index];
    const std::uint32_t n_samples = layer == 1 ? 384 : layer == 2 || is_first ? 1152 : 576;
    const std::uint32_t slot_bytes = layer == 1 ? 4 : 1;
    const std::uint32_t n_slots = n_samples / 8 * bits_per_second / sample_rate / slot_bytes;
    const std::uint32_t padding = header >> 9 & 1;
    return Mp3Frame{(n_slots + padding) * slot_bytes, static_cast<double>(n_samples) / sample_rate};
}

// Bytes of an ID3v2 tag at the beginning.
std::size_t tag_bytes(std::string_view bytes) {
    if (!bytes.starts_with("ID3")) return 0;
    std::size_t length = 0;
    for (std::size_t i = 6; i < 10; ++i) length = length << 7 | (byte_at(bytes, i) & 0x7f);
    return 10 + length;
}

std::optional<double> mp3_seconds(std::string_view bytes) {
    double seconds = 0;
    for (std::size_t at = tag_bytes(bytes); at + 4 <= bytes.size();) {
        const auto frame = mp3_frame(static_cast<std::uint32_t>(big(bytes, at, 4)));
        if (frame) seconds += frame->seconds;
        at += frame ? frame->size_bytes : 1;
    }
    if (seconds == 0) return std::nullopt;
    return seconds;
}

}  // namespace

std::optional<double> sound_seconds(std::string_view bytes) {
    const auto header = read_media_header(bytes);
    if (!header) return std::nullopt;
    switch (header->format) {
        case MediaFormat::wav:
            return wav_seconds(bytes);
        case MediaFormat::mp3:
            return mp3_seconds(bytes);
        case MediaFormat::flac:
            return flac_seconds(bytes);
        default:
            return std::nullopt;
    }
}

}  // namespace corral::parse
