#include "parse/sound_length.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "parse/media_header.h"

namespace corral::parse {
namespace {

using namespace std::string_literals;

void put(std::string& file, std::uint64_t value, int n_bytes) {
    for (int i = 0; i < n_bytes; ++i) file += static_cast<char>(value >> 8 * i & 0xff);
}

std::string wav(std::uint32_t rate, std::uint32_t n_channels, std::uint32_t n_samples) {
    std::string file = "RIFF____WAVEfmt ";
    put(file, 16, 4);
    put(file, 1, 2);
    put(file, n_channels, 2);
    put(file, rate, 4);
    put(file, 1, 4);  // bytes a second, a lie
    put(file, 2 * n_channels, 2);
    put(file, 16, 2);
    file += "data";
    put(file, n_samples * n_channels * 2, 4);
    return file.append(n_samples * n_channels * 2, '\0');
}

TEST(SoundSeconds, OfWav) {
    EXPECT_DOUBLE_EQ(*sound_seconds(wav(16000, 1, 8000)), 0.5);
    EXPECT_DOUBLE_EQ(*sound_seconds(wav(8000, 2, 24000)), 3);
    EXPECT_FALSE(sound_seconds(wav(16000, 1, 0)));
}

TEST(SoundSeconds, OfFlac) {
    // 16 kHz, one channel, 16 bits, 80000 samples.
    const auto flac = [](std::string_view rate_to_samples) {
        return "fLaC\0\0\0\x22\x10\0\x10\0\0\0\0\0\0\0"s.append(rate_to_samples).append(16, '\0');
    };
    const std::string five = flac("\x03\xe8\x00\xf0\x00\x01\x38\x80"s);
    EXPECT_EQ(read_media_header(five)->format, MediaFormat::flac);
    EXPECT_DOUBLE_EQ(*sound_seconds(five), 5);
    EXPECT_FALSE(sound_seconds(flac("\x03\xe8\x00\xf0\x00\x00\x00\x00"s)));  // it does not say
    EXPECT_FALSE(read_media_header("fLaC\x04"s));
}

TEST(SoundSeconds, OfMp3) {
    // MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes and 1152 samples a frame.
    std::string frame = "\xff\xfb\x90\x00"s;
    frame.resize(417, '\0');
    std::string file = "ID3\x04\0\0\0\0\x01\0"s.append(128, '\xff');
    for (int i = 0; i < 10; ++i) file += frame;
    file.insert(138 + 417, "rubbish");
    file += "TAG";
    EXPECT_NEAR(*sound_seconds(file), 10 * 1152 / 44100.0, 1e-9);
    EXPECT_FALSE(sound_seconds("ID3 sound"));
}

}  // namespace
}  // namespace corral::parse
