#include "base/decompress.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdint>

namespace corral {
namespace {

constexpr std::size_t kMost = 1 << 20;

std::string compressed(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

// A frame that says "hello" and wants a window of two to the power of that.
std::string with_window(int log) {
    using namespace std::string_literals;
    return "\x28\xB5\x2F\xFD\x00"s + static_cast<char>((log - 10) << 3) + "\x29\x00\x00hello"s;
}

std::string error_of(std::string_view bytes) {
    const auto text = decompress_zstd(bytes, kMost);
    EXPECT_FALSE(text);
    if (text) return {};
    EXPECT_EQ(text.error().http_status, 400);
    return text.error().message;
}

TEST(DecompressZstd, GivesBackWhatWasCompressed) {
    std::string text;
    for (std::int64_t i = 0; text.size() < kMost - 10; ++i) text += std::to_string(i * i);
    text.resize(kMost);
    for (const std::string_view whole :
         {std::string_view(), std::string_view("x"), std::string_view(text)}) {
        const auto again = decompress_zstd(compressed(whole), kMost);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_TRUE(*again == whole);
    }
    EXPECT_EQ(decompress_zstd(compressed("a") + compressed("b"), kMost).value(), "ab");
    EXPECT_EQ(decompress_zstd("", kMost).value(), "") << "nothing is no frame, and nothing";
}

TEST(DecompressZstd, IsBounded) {
    const std::string bomb = compressed(std::string(kMost + 1, 'a'));
    EXPECT_LT(bomb.size(), 1000U);
    EXPECT_EQ(error_of(bomb), "the compressed data cannot be read: it has more than 1048576 bytes");
    EXPECT_TRUE(error_of(with_window(24)).contains("memory")) << "a window of 16 MiB";
    EXPECT_EQ(decompress_zstd(with_window(23), kMost).value_or("none"), "hello");
}

TEST(DecompressZstd, TellsWhatIsNoZstd) {
    EXPECT_TRUE(error_of("{\"model\":\"m\"}").starts_with("the compressed data cannot be read: "));
    const std::string whole = compressed("once upon a time");
    for (std::size_t n = 1; n < whole.size(); ++n)
        EXPECT_EQ(error_of(whole.substr(0, n)),
                  "the compressed data cannot be read: it ends too early");
    error_of(whole + "x");
}

}  // namespace
}  // namespace corral
