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

TEST(AppendString, EscapesAsUpstreamDoes) {  // native-api.md 3.1, trap 12.50
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", R"("")"},
        {"plain text", R"("plain text")"},
        {"a<b>&c", R"("a\u003cb\u003e\u0026c")"},
        {"\"\\/", R"("\"\\/")"},
        {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
        {std::string_view("\0\x1f", 2), R"("\u0000\u001f")"},
        {"\x7f", "\"\x7f\""},
        {"é😀", R"("é😀")"},
        {"\u2028\u2029", R"("\u2028\u2029")"},
        {"a\xFF\xC3", R"("a\ufffd\ufffd")"},
    };
    for (const auto& [text, expected] : rows) EXPECT_EQ(written(append_string, text), expected);
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
    EXPECT_EQ(written(append_integer, std::numeric_limits<std::int64_t>::min()),
              "-9223372036854775808");
}

TEST(AppendNumber, NeverWritesWhatJsonLacks) {
    constexpr auto kInfinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(written(append_double, -kInfinity), "-1.7976931348623157e+308");
    EXPECT_EQ(written(append_double, std::numeric_limits<double>::quiet_NaN()), "0");
}

TEST(AppendValue, KeepsOrderAndLiterals) {
    const std::string body = R"({ "b" : [1.50, "<"], "a" : null })";
    EXPECT_EQ(written(append_value, *parse(body)), R"({"b":[1.50,"\u003c"],"a":null})");
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
