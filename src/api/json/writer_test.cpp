#include "api/json/writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace corral::api::json {
namespace {

template <class Append, class T>
std::string written(Append append, const T& value) {
    std::string out;
    append(out, value);
    return out;
}

TEST(AppendNumber, UsesTheShortestForm) {  // native-api.md 3.1
    const std::pair<double, std::string_view> doubles[] = {
        {0, "0"},        {-0.0, "-0"},
        {1, "1"},        {0.1, "0.1"},
        {-2.5, "-2.5"},  {1e20, "100000000000000000000"},
        {1e21, "1e+21"}, {1e-6, "0.000001"},
        {1e-7, "1e-7"},  {double{0.01F}, "0.009999999776482582"}};
    for (const auto& [number, expected] : doubles)
        EXPECT_EQ(written(append_double, number), expected);
    EXPECT_EQ(written(append_float, 0.01F), "0.01");
    EXPECT_EQ(written(append_float, 1e-5F), "0.00001");
    EXPECT_EQ(written(append_float, 9.9e-7F), "9.9e-7");
    EXPECT_EQ(written(append_float, 1e-6F), "0.000001");
    EXPECT_EQ(written(append_float, -0.0F), "-0");
    EXPECT_EQ(written(append_float, 16777216.0F), "16777216");
    EXPECT_EQ(written(append_float, 1e20F), "100000000000000000000");
    EXPECT_EQ(written(append_float, 3.5e21F), "3.5e+21");
    EXPECT_EQ(written(append_integer, std::numeric_limits<std::int64_t>::min()),
              "-9223372036854775808");
}

TEST(AppendNumber, NeverWritesWhatJsonLacks) {
    constexpr auto kInfinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(written(append_double, -kInfinity), "-1.7976931348623157e+308");
    EXPECT_EQ(written(append_double, std::numeric_limits<double>::quiet_NaN()), "0");
}

TEST(AppendValue, KeepsOrderAndWritesNumbersAsGoDoes) {
    const std::string body = R"({ "b" : [1.50, 1E3, 9007199254740993, 1e999, "<"], "a" : null })";
    EXPECT_EQ(written(append_value, *parse(body)),
              R"({"b":[1.5,1000,9007199254740993,1e999,"\u003c"],"a":null})");
}

TEST(AppendSorted, ComesOutAsAGoMap) {
    const std::string body = R"({"b":[1.50,{"z":1,"Y":2}],"a":1e2,"a":true})";
    EXPECT_EQ(written(append_sorted, *parse(body)), R"({"a":true,"b":[1.5,{"Y":2,"z":1}]})");
}

TEST(ObjectWriter, LeavesZeroValuesOut) {
    std::string out;
    ObjectWriter(out)
        .text("a", "")
        .text_unless_empty("b", "")
        .integer("c", 0)
        .integer_unless_zero("d", 0)
        .boolean("e", false)
        .strings("f", {})
        .strings_unless_empty("g", {})
        .strings("h", {"x", "y"})
        .json("i", "null")
        .end();
    EXPECT_EQ(out, R"({"a":"","c":0,"e":false,"f":[],"h":["x","y"],"i":null})");
}

}  // namespace
}  // namespace corral::api::json
