#include "cli/text/table.h"

#include <gtest/gtest.h>

namespace corral::cli {
namespace {

TEST(Table, PadsEveryCellByFourAndTheLastHeadingByOne) {
    EXPECT_EQ(render_table({"NAME", "ID"}, {{"cria:latest", "0123"}, {"x", "45"}}),
              "NAME           ID   \n"
              "cria:latest    0123    \n"
              "x              45      \n");
}

TEST(Table, WithoutRowsPrintsTheHeadingLine) {
    EXPECT_EQ(render_table({"NAME", "ID", "SIZE", "MODIFIED"}, {}),
              "NAME    ID    SIZE    MODIFIED \n");
}

TEST(Table, CountsWideCharactersTwice) {
    EXPECT_EQ(render_table({"A", "B"}, {{"駱駝", "1"}, {"ab", "2"}}),
              "A       B \n"
              "駱駝    1    \n"
              "ab      2    \n");
}

TEST(Table, WrapsLongCellsInsideTheirColumn) {
    EXPECT_EQ(render_table({}, {{"key", "aaaa bbbb cccc dddd"}}, 10),
              "key    aaaa bbbb    \n"
              "       cccc dddd    \n");
}

TEST(Table, AcceptsRowsOfDifferentLengths) {
    EXPECT_EQ(render_table({}, {{"", "only"}, {"", "two", "cells"}}),
              "    only    \n"
              "    two     cells    \n");
}

TEST(BalancedLines, KeepsWhatFitsAndWhatCannotBreak) {
    EXPECT_EQ(balanced_lines("a  b", 30), std::vector<std::string>{"a  b"});
    EXPECT_EQ(balanced_lines("abcdefghij", 4), std::vector<std::string>{"abcdefghij"});
}

TEST(BalancedLines, AvoidsARaggedEdge) {
    // "aaa bb" would fit on the first line, but leave "cc" alone on the second.
    EXPECT_EQ(balanced_lines("aaa bb cc ddddd", 6),
              (std::vector<std::string>{"aaa", "bb cc", "ddddd"}));
    EXPECT_EQ(balanced_lines("aaa bb cc ddddd e", 6),
              (std::vector<std::string>{"aaa", "bb cc", "ddddd", "e"}));
}

}  // namespace
}  // namespace corral::cli
