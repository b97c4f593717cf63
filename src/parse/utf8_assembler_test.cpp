#include "parse/utf8_assembler.h"

#include <gtest/gtest.h>

namespace corral::parse {
namespace {

TEST(Utf8AssemblerTest, KeepsBackAnUnfinishedCharacter) {
    Utf8Assembler assembler;
    EXPECT_EQ(assembler.push("caf\xC3"), "caf");
    EXPECT_EQ(assembler.push("\xA9!"), "é!");
    EXPECT_EQ(assembler.finish(), "");
}

TEST(Utf8AssemblerTest, JoinsAnEmojiGivenByteByByte) {
    Utf8Assembler assembler;
    EXPECT_EQ(assembler.push("\xF0"), "");
    EXPECT_EQ(assembler.push("\x9F"), "");
    EXPECT_EQ(assembler.push("\xA6"), "");
    EXPECT_EQ(assembler.push("\x99"), "\xF0\x9F\xA6\x99");
}

TEST(Utf8AssemblerTest, ReplacesWhatIsNoCharacter) {
    Utf8Assembler assembler;
    EXPECT_EQ(assembler.push("a\xFFz"), "a\xEF\xBF\xBDz");
}

TEST(Utf8AssemblerTest, FinishReplacesTheUnfinishedRest) {
    Utf8Assembler assembler;
    EXPECT_EQ(assembler.push("x\xE2\x82"), "x");
    EXPECT_EQ(assembler.finish(), "\xEF\xBF\xBD");
    EXPECT_EQ(assembler.finish(), "");
}

}  // namespace
}  // namespace corral::parse
