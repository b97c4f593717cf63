#include "parse/media_header.h"

#include <gtest/gtest.h>

#include <string>

namespace corral::parse {
namespace {

using namespace std::string_literals;

const std::string kPng = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\0\x07\x08\x02\0\0\0"s;

// A JPEG up to its frame header: 7 high, 300 wide.
std::string jpeg_with(const std::string& before_frame, const std::string& frame_marker) {
    return "\xff\xd8" + before_frame + frame_marker + "\0\x11\x08\0\x07\x01\x2c\x03"s;
}

std::string wav_with(std::uint32_t claimed_bytes, std::size_t n_bytes) {
    std::string wav =
        "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data"s;
    for (int shift = 0; shift < 32; shift += 8)
        wav += static_cast<char>(claimed_bytes >> shift & 0xff);
    return wav.append(n_bytes, '\0');
}

void check(const std::string& bytes, MediaFormat format, std::uint32_t width,
           std::uint32_t height) {
    const auto header = read_media_header(bytes);
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->format, format);
    EXPECT_EQ(header->width, width);
    EXPECT_EQ(header->height, height);
}

TEST(MediaHeader, TellsSizes) {
    check(kPng, MediaFormat::png, 258, 7);
    check("GIF89a\x10\0\x20\x01rest"s, MediaFormat::gif, 16, 288);
    check("BM............\x28\0\0\0\x05\0\0\0\xfe\xff\xff\xff"s, MediaFormat::bmp, 5, 2);
    check("BM............\x0c\0\0\0\x05\0\x06\0"s, MediaFormat::bmp, 5, 6);
    check("RIFF....WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\x01\0"s, MediaFormat::webp, 16, 288);
    check("RIFF....WEBPVP8L\x05\0\0\0\x2f\x0f\xc0\x47\0"s, MediaFormat::webp, 16, 288);
    check("RIFF....WEBPVP8 \x20\0\0\0...\x9d\x01\x2a\x10\0\x20\x01"s, MediaFormat::webp, 16, 288);
}

TEST(MediaHeader, FindsTheFrameOfAJpeg) {
    const std::string jfif = "\xff\xe0\0\x04xx"s;
    check(jpeg_with("", "\xff\xc0"), MediaFormat::jpeg, 300, 7);
    check(jpeg_with(jfif + "\xff\xfe\0\x03."s, "\xff\xc2"), MediaFormat::jpeg, 300, 7);
    check(jpeg_with(jfif + "padding", "\xff\xff\xff\xc1"), MediaFormat::jpeg, 300, 7);
    EXPECT_FALSE(read_media_header(jpeg_with(jfif, "\xff\xc3")));               // lossless
    EXPECT_FALSE(read_media_header(jpeg_with("\xff\xda\0\x02"s, "\xff\xc0")));  // no frame first
    EXPECT_FALSE(read_media_header(jpeg_with("\xff\xe0\0\x01"s, "\xff\xc0")));
}

TEST(MediaHeader, KnowsSounds) {
    EXPECT_TRUE(read_media_header(wav_with(8, 8))->is_sound());
    EXPECT_EQ(read_media_header("ID3\x04..."s)->format, MediaFormat::mp3);
    EXPECT_EQ(read_media_header("\xff\xfb\x90"s)->format, MediaFormat::mp3);
    EXPECT_FALSE(read_media_header(wav_with(9, 8)));  // data that is not there
    EXPECT_FALSE(read_media_header(wav_with(0, 8)));
}

TEST(MediaHeader, TakesNothingElse) {
    for (const std::string& bytes :
         {""s, "hello"s, "%PDF-1.4"s, "fLaC...."s, "P6 9 9 255"s, "GIF89a\0\0\x20\x01"s,
          "RIFF....AVI "s, "RIFF....WEBPVP9 "s, "\x89PNG\r\n\x1a\nxxxxxxxxxxxxxxxxxxxx"s}) {
        EXPECT_FALSE(read_media_header(bytes)) << bytes;
    }
}

TEST(MediaHeader, NoPrefixOfAHeaderIsTakenForOne) {
    for (std::size_t n = 0; n < 24; ++n) EXPECT_FALSE(read_media_header(kPng.substr(0, n))) << n;
    const std::string jpeg = jpeg_with("\xff\xe0\0\x04xx"s, "\xff\xc0");
    for (std::size_t n = 0; n + 1 < jpeg.size(); ++n)
        EXPECT_FALSE(read_media_header(jpeg.substr(0, n))) << n;
}

}  // namespace
}  // namespace corral::parse
