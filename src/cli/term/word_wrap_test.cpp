#include "cli/term/word_wrap.h"

#include <gtest/gtest.h>

namespace corral::cli {
namespace {

// One call per byte must give the same as one call for everything.
void check(int columns, std::string_view text, std::string_view expected) {
    WordWrap whole(columns);
    EXPECT_EQ(whole.feed(text), expected);
    WordWrap bytewise(columns);
    std::string out;
    for (char c : text) out += bytewise.feed(std::string_view(&c, 1));
    EXPECT_EQ(out, expected);
}

TEST(WordWrap, LeavesShortLinesAlone) {
    check(20, "one two\nthree", "one two\nthree");
}

TEST(WordWrap, TakesAWordBackThatPassesTheMargin) {
    check(20, "aaaa bbbb cccc dddd", "aaaa bbbb cccc \033[K\ndddd");
    check(20, "aaaa bbbb ccccccc", "aaaa bbbb ccccc\033[5D\033[K\nccccccc");
}

TEST(WordWrap, BreaksAVeryLongWordHard) {
    check(20, "abcdefghijklmnopqr", "abcdefghijklmno\npqr");
}

TEST(WordWrap, DoesNotMoveAWordForANewline) {
    check(20, "aaaaa bbbbb ccc\nd", "aaaaa bbbbb ccc\nd");
}

TEST(WordWrap, WideCharactersBreakAnywhere) {
    check(15, "駱駝駱駝駱駝", "駱駝駱駝駱\033[K\n駝");
}

TEST(WordWrap, DoesNothingOnVeryNarrowTerminals) {
    check(9, "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd");
}

}  // namespace
}  // namespace corral::cli
