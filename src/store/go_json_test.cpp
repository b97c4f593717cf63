#include "store/go_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store/go_number.h"

namespace corral::store {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

TEST(GoNumber, PrintsAsGoJsonDoes) {
    const auto check = [](double value, const char* expected) {
        EXPECT_EQ(go_json_number(value), expected);
    };
    check(0, "0");
    check(1, "1");
    check(-2.5, "-2.5");
    check(0.6, "0.6");
    check(0.00001, "0.00001");
    check(0.000001, "0.000001");
    check(0.0000001, "1e-7");
    check(1.5e-10, "1.5e-10");
    check(1e20, "100000000000000000000");
    check(1e21, "1e+21");
    check(123456789012345680000.0, "123456789012345680000");
    check(8030261248.0, "8030261248");
    EXPECT_EQ(go_json_number(0.7F), "0.7");
    EXPECT_EQ(go_json_number(1e-5F), "0.00001");
}

TEST(GoNumber, PrintsAsPercentG) {
    const auto check = [](double value, const char* expected) {
        EXPECT_EQ(go_g_number(value), expected);
    };
    check(10, "10");
    check(0.6, "0.6");
    check(131072, "131072");
    check(1048576, "1.048576e+06");
    check(1e-5, "1e-05");
    check(0.0001, "0.0001");
    check(-1, "-1");
}

TEST(GoJson, EscapesForHtml) {
    EXPECT_EQ(to_go_json(ordered_json("<a> & \"b\"\n\t\x01\xE2\x80\xA8"
                                      "\x7F"
                                      "é")),
              "\"\\u003ca\\u003e \\u0026 \\\"b\\\"\\n\\t\\u0001\\u2028\x7F"
              "é\"");
    EXPECT_EQ(to_go_json(ordered_json("bad\xFF"
                                      "byte")),
              R"("bad\ufffdbyte")");
}

TEST(GoJson, KeepsOrSortsKeys) {
    EXPECT_EQ(to_go_json(ordered_json{{"b", 1}, {"a", nullptr}}), R"({"b":1,"a":null})");
    EXPECT_EQ(to_go_json(json{{"b", {1, true}}, {"a", 0.5}}), R"({"a":0.5,"b":[1,true]})");
}

TEST(GoJson, ReadsTheFirstValueOnly) {
    const auto value = parse_go_json(R"( {"a": "}", "b": [1, {"c": "\""}]} trailing)");
    ASSERT_TRUE(value.has_value()) << value.error().message;
    EXPECT_EQ((*value)["a"], "}");
    EXPECT_FALSE(parse_go_json("").has_value());
    EXPECT_FALSE(parse_go_json("{\"a\":").has_value());
    EXPECT_FALSE(parse_go_json("}{").has_value());
    EXPECT_FALSE(parse_go_json(std::string(100'000, '[')).has_value());
}

TEST(GoJson, FindsFieldsIgnoringCase) {
    const json object = {{"Digest", "x"}, {"size", 7}, {"names", {"a", "b"}}, {"none", nullptr}};
    EXPECT_EQ(json_text(object, "digest").value(), "x");
    EXPECT_EQ(json_integer(object, "SIZE").value(), 7);
    EXPECT_EQ(json_texts(object, "names").value().size(), 2U);
    EXPECT_EQ(json_text(object, "none").value(), "");
    EXPECT_EQ(json_text(object, "absent").value(), "");
    EXPECT_FALSE(json_text(object, "size").has_value());
    EXPECT_FALSE(json_integer(object, "Digest").has_value());
    EXPECT_FALSE(json_texts(object, "size").has_value());
}

}  // namespace
}  // namespace corral::store
