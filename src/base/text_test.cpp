#include "base/text.h"

#include <gtest/gtest.h>

namespace corral {
namespace {

using Views = std::vector<std::string_view>;

TEST(Text, Trims) {
    EXPECT_EQ(trim(" \ta b\r\n"), "a b");
    EXPECT_EQ(trim(" \n"), "");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim("'\"x\"'", "\"'"), "x");
    EXPECT_EQ(trim_left("  a "), "a ");
    EXPECT_EQ(trim_right("  a "), "  a");
}

TEST(Text, ComparesIgnoringAsciiCase) {
    EXPECT_TRUE(equals_ignoring_case("From", "FROM"));
    EXPECT_FALSE(equals_ignoring_case("From", "Fro"));
    EXPECT_TRUE(starts_with_ignoring_case("Content-Type", "content"));
    EXPECT_FALSE(starts_with_ignoring_case("Con", "content"));
    EXPECT_TRUE(ends_with_ignoring_case("a.GGUF", ".gguf"));
    EXPECT_FALSE(ends_with_ignoring_case("f", ".gguf"));
    EXPECT_TRUE(contains_ignoring_case("Out of Memory!", "of mem"));
    EXPECT_FALSE(contains_ignoring_case("abc", "ac"));
    EXPECT_EQ(lower("ABC\xC3\x84"), "abc\xC3\x84");
    EXPECT_EQ(upper("abc1"), "ABC1");
}

TEST(Text, Splits) {
    EXPECT_EQ(split("a,b,,c", ','), (Views{"a", "b", "", "c"}));
    EXPECT_EQ(split("", ','), (Views{""}));
    EXPECT_EQ(split(",", ','), (Views{"", ""}));
    EXPECT_EQ(split_words("  a  bc\td "), (Views{"a", "bc", "d"}));
    EXPECT_EQ(split_words("   "), (Views{}));
}

TEST(Text, JoinsAndReplaces) {
    EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
    EXPECT_EQ(join({}, ", "), "");
    EXPECT_EQ(replace_all("aXbXX", "X", "yy"), "ayybyyyy");
    EXPECT_EQ(replace_all("abc", "", "y"), "abc");
    EXPECT_EQ(replace_all("", "x", "y"), "");
}

// Expected values as Go's fmt prints %q.
TEST(Text, QuotesAsGoDoes) {
    EXPECT_EQ(go_quote("plain"), R"("plain")");
    EXPECT_EQ(go_quote("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(go_quote("\a\b\f\n\r\t\v"), R"("\a\b\f\n\r\t\v")");
    EXPECT_EQ(go_quote(std::string("\0\x1B\x7F", 3)), R"("\x00\x1b\x7f")");
    EXPECT_EQ(go_quote("\xC3\xA9\xE2\x9C\x93\xF0\x9F\xA6\x99"),
              "\"\xC3\xA9\xE2\x9C\x93\xF0\x9F\xA6\x99\"");
    EXPECT_EQ(go_quote("\xC2\xA0\xE2\x80\xA8\xEF\xBB\xBF"), R"("\u00a0\u2028\ufeff")");
    EXPECT_EQ(go_quote("\xC3(\xFF"), R"("\xc3(\xff")");
}

}  // namespace
}  // namespace corral
