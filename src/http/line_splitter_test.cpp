#include "http/line_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace corral::http {
namespace {

using Outcome = LineSplitter::Outcome;
using Lines = std::vector<std::string>;

void check(const std::vector<std::string_view>& pieces, const Lines& expected) {
    Lines lines;
    LineSplitter splitter(100, [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
    });
    for (std::string_view piece : pieces) EXPECT_EQ(splitter.feed(piece), Outcome::ok);
    EXPECT_EQ(splitter.finish(), Outcome::ok);
    EXPECT_EQ(lines, expected);
}

TEST(LineSplitter, CutsWhereverThePiecesEnd) {
    check({"a\nbc\n"}, {"a", "bc"});
    check({"a", "\n", "b", "c\n\nd", "\n"}, {"a", "bc", "", "d"});
    check({"a\r\n", "b\r", "\nc"}, {"a", "b", "c"});
    check({""}, {});
}

TEST(LineSplitter, StopsWhenAsked) {
    int n_lines = 0;
    LineSplitter splitter(100, [&](std::string_view) { return ++n_lines < 2; });
    EXPECT_EQ(splitter.feed("a\nb\nc\n"), Outcome::stopped);
    EXPECT_EQ(n_lines, 2);
}

TEST(LineSplitter, RefusesLongLinesWithAndWithoutAnEnd) {
    const LineSplitter::OnLine accept = [](std::string_view) { return true; };
    EXPECT_EQ(LineSplitter(4, accept).feed("1234\n"), Outcome::ok);
    EXPECT_EQ(LineSplitter(4, accept).feed("1234\r\n"), Outcome::ok);
    EXPECT_EQ(LineSplitter(4, accept).feed("12345\n"), Outcome::too_long);
    EXPECT_EQ(LineSplitter(4, accept).feed("123456"), Outcome::too_long);
}

}  // namespace
}  // namespace corral::http
