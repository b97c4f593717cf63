#include "base/json_extent.h"

#include <gtest/gtest.h>

namespace corral {
namespace {

void check(std::string_view text, std::size_t length, int depth) {
    const JsonExtent extent = json_extent(text);
    EXPECT_EQ(extent.length, length) << text;
    EXPECT_EQ(extent.depth, depth) << text;
}

TEST(JsonExtent, EndsWithTheFirstValue) {
    check(R"({"a":[1,{}]} {)", 12, 3);
    check("[]]", 2, 1);
    check("]", 1, 0);
}

TEST(JsonExtent, LooksPastStrings) {
    check(R"(["]","\"]","\\"]x)", 16, 1);
}

TEST(JsonExtent, TakesAllOfWhatDoesNotEnd) {
    check("", 0, 0);
    check("true", 4, 0);
    check("[[", 2, 2);
    check(R"({"a)", 3, 1);
}

}  // namespace
}  // namespace corral
