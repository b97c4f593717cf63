#include "cli/chat/multiline.h"

#include <gtest/gtest.h>

namespace corral::cli {
namespace {

TEST(MessageLines, PassesSingleLinesOn) {
    MessageLines lines;
    EXPECT_EQ(lines.add("hello", false), "hello");
    EXPECT_TRUE(lines.empty());
}

TEST(MessageLines, JoinsTheLinesOfABlock) {
    MessageLines lines;
    EXPECT_EQ(lines.add("\"\"\"one", false), std::nullopt);
    EXPECT_TRUE(lines.in_block());
    EXPECT_EQ(lines.add("/two", false), std::nullopt);
    EXPECT_EQ(lines.add("three\"\"\"", false), "one\n/two\nthree");
    EXPECT_FALSE(lines.in_block());
}

TEST(MessageLines, AllowsABlockOnOneLine) {
    MessageLines lines;
    EXPECT_EQ(lines.add("\"\"\"one\"\"\"", false), "one");
    EXPECT_EQ(lines.add("\"\"\"", false), std::nullopt);
    EXPECT_EQ(lines.add("\"\"\"", false), "\n");
}

TEST(MessageLines, TakesABlockAsSystemText) {
    MessageLines lines;
    EXPECT_EQ(lines.add("/set system \"\"\"Be", false), std::nullopt);
    EXPECT_EQ(lines.add("kind.\"\"\"", false), "/set system Be\nkind.");
}

TEST(MessageLines, ContinuesALine) {
    MessageLines lines;
    EXPECT_EQ(lines.add("one", true), std::nullopt);
    EXPECT_FALSE(lines.empty());
    EXPECT_EQ(lines.add("two", false), "one\ntwo");
}

TEST(MessageLines, ForgetsAnOpenBlock) {
    MessageLines lines;
    EXPECT_EQ(lines.add("\"\"\"one", false), std::nullopt);
    lines.clear();
    EXPECT_EQ(lines.add("two", false), "two");
}

}  // namespace
}  // namespace corral::cli
