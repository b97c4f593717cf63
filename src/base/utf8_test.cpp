#include "base/utf8.h"

#include <gtest/gtest.h>

namespace corral {
namespace {

TEST(Utf8, ReadsCharactersOfEveryLength) {
    for (const char32_t c : {U'a', U'\u00E9', U'\u20AC', U'\U0001F999', U'\U0010FFFF', U'\uD7FF'}) {
        std::string text;
        append_utf8(text, c);
        const Utf8Character character = first_utf8_character(text + "x");
        EXPECT_TRUE(character.valid);
        EXPECT_EQ(character.code_point, c);
        EXPECT_EQ(character.length, text.size());
        EXPECT_TRUE(is_valid_utf8(text));
    }
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
    for (const char* text :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xC3"}) {
        EXPECT_FALSE(is_valid_utf8(text)) << text;
    }
}

TEST(Utf8, ReplacesEveryInvalidByte) {
    EXPECT_EQ(sanitize_utf8("a\xFF"
                            "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(sanitize_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(sanitize_utf8("\xC3\xA9"), "\xC3\xA9");
}

TEST(Utf8, KeepsUnfinishedCharactersBack) {
    EXPECT_EQ(complete_utf8_length(""), 0U);
    EXPECT_EQ(complete_utf8_length("ab"), 2U);
    EXPECT_EQ(complete_utf8_length("a\xC3\xA9"), 3U);
    EXPECT_EQ(complete_utf8_length("a\xC3"), 1U);
    EXPECT_EQ(complete_utf8_length("a\xE2\x82"), 1U);
    EXPECT_EQ(complete_utf8_length("\xF0\x9F\xA6"), 0U);
    EXPECT_EQ(complete_utf8_length("\xF0\x9F\xA6\x99"), 4U);
}

TEST(Utf8, DoesNotWaitForWhatCannotBecomeValid) {
    EXPECT_EQ(complete_utf8_length("a\x80"), 2U);
    EXPECT_EQ(complete_utf8_length("a\xFF"), 2U);
    EXPECT_EQ(complete_utf8_length("\xE0\x80"), 2U);
    EXPECT_EQ(complete_utf8_length("\xED\xA0"), 2U);
    EXPECT_EQ(complete_utf8_length("\x80\x80\x80\x80"), 4U);
}

TEST(Utf8, MeasuresColumns) {
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("\xE6\xBC\xA2\xE5\xAD\x97"), 4U);  // two ideographs
    EXPECT_EQ(display_width("\xF0\x9F\xA6\x99"), 2U);          // an emoji
    EXPECT_EQ(display_width("e\xCC\x81"), 1U);                 // e and a combining accent
    EXPECT_EQ(display_width("\xE2\x80\x8B\x1B"), 0U);          // zero width space, escape
    EXPECT_EQ(display_width("\xE2\x96\x88\xC3\xA9"), 2U);      // a block, an accented letter
}

}  // namespace
}  // namespace corral
