#include "api/json/value.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace corral::api::json {
namespace {

std::string error_of(std::string_view body) {
    const auto value = parse(body);
    return value ? "" : value.error().message;
}

TEST(Parse, GivesUpstreamsTextForEachSyntaxError) {  // native-api.md 3.2
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", "missing request body"},
        {" \r\n\t", "missing request body"},
        {"{", "unexpected EOF"},
        {R"({"a)", "unexpected EOF"},
        {R"({"a":)", "unexpected EOF"},
        {R"({"a":1)", "unexpected EOF"},
        {R"({"a":"\u12)", "unexpected EOF"},
        {"[1,", "unexpected EOF"},
        {"tru", "unexpected EOF"},
        {"-", "unexpected EOF"},
        {"1.", "unexpected EOF"},
        {"1e", "unexpected EOF"},
        {"}", "invalid character '}' looking for beginning of value"},
        {"'a'", R"(invalid character '\'' looking for beginning of value)"},
        {"\xEF\xBB\xBF{}", "invalid character 'ï' looking for beginning of value"},
        {"\x01", R"(invalid character '\x01' looking for beginning of value)"},
        {"\x80", R"(invalid character '\u0080' looking for beginning of value)"},
        {"[1,]", "invalid character ']' looking for beginning of value"},
        {R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
        {"{a:1}", "invalid character 'a' looking for beginning of object key string"},
        {"{'a':1}", R"(invalid character '\'' looking for beginning of object key string)"},
        {R"({"a" 1})", "invalid character '1' after object key"},
        {R"({"a":1 "b"})", R"(invalid character '"' after object key:value pair)"},
        {"[1 2]", "invalid character '2' after array element"},
        {"\"a\nb\"", R"(invalid character '\n' in string literal)"},
        {R"("\x")", "invalid character 'x' in string escape code"},
        {R"("\u12g4")", "invalid character 'g' in \\u hexadecimal character escape"},
        {"trux", "invalid character 'x' in literal true (expecting 'e')"},
        {"folse", "invalid character 'o' in literal false (expecting 'a')"},
        {"nuxl", "invalid character 'x' in literal null (expecting 'l')"},
        {"-x", "invalid character 'x' in numeric literal"},
        {"1.x", "invalid character 'x' after decimal point in numeric literal"},
        {"1ex", "invalid character 'x' in exponent of numeric literal"},
        {"[01]", "invalid character '1' after array element"},
    };
    for (const auto& [body, expected] : rows) EXPECT_EQ(error_of(body), expected) << body;
}

TEST(Parse, IgnoresWhatFollowsTheFirstValue) {  // native-api.md 3.2, trap 12.7
    for (const auto* body : {R"({"model":"a"} junk)", "null}", "12x", R"("s"")", "[]]"}) {
        EXPECT_EQ(error_of(body), "") << body;
    }
}

TEST(Parse, IsBounded) {
    EXPECT_EQ(error_of(std::string(100'000, '[')), "exceeded max depth");
    EXPECT_EQ(error_of(std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']')), "");
    std::string members = "{";
    for (std::size_t i = 0; i <= kMaxMembers; ++i) members += R"("a":1,)";
    EXPECT_NE(error_of(members + R"("b":1})").find("more than 8192 keys"), std::string::npos);
    std::string items = "[0";
    for (std::size_t i = 0; i < kMaxValues; ++i) items += ",0";
    EXPECT_NE(error_of(items + "]").find("JSON values"), std::string::npos);
}

TEST(Parse, KeepsMembersInOrderAndRawText) {
    const std::string body = R"( {"b" : [1, 2.50] , "a":{"x":null},"b":true} )";
    const auto value = parse(body);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->keys, (std::vector<std::string>{"b", "a", "b"}));
    EXPECT_EQ(value->items[0].raw, "[1, 2.50]");
    EXPECT_EQ(value->items[1].raw, R"({"x":null})");
    EXPECT_TRUE(value->find("b")->boolean());
    EXPECT_EQ(value->find("c"), nullptr);
}

TEST(Value, UnescapesText) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"("plain")", "plain"},          {R"("a\"\\\/\b\f\n\r\tz")", "a\"\\/\b\f\n\r\tz"},
        {R"("\u00e9\u20AC")", "é€"},      {R"("\ud83d\ude00!")", "😀!"},
        {R"("\ud83dx")", "\uFFFDx"},      {R"("\ude00")", "\uFFFD"},
        {R"("\ud83d\u0041")", "\uFFFDA"}, {R"("\ud83d\ud83d\ude00")", "\uFFFD😀"},
        {"\"a\xFFz\"", "a\uFFFDz"},       {R"("\\u0041")", R"(\u0041)"},
    };
    for (const auto& [body, expected] : rows) EXPECT_EQ(parse(body)->text(), expected) << body;
}

TEST(Value, ConvertsNumbers) {
    const auto number = [](std::string_view body) { return parse(body)->number(); };
    const auto integer = [](std::string_view body) { return parse(body)->integer(); };
    EXPECT_EQ(integer("-12"), -12);
    EXPECT_EQ(integer("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(integer("9223372036854775808"), std::nullopt);
    EXPECT_EQ(integer("1.0"), std::nullopt);
    EXPECT_EQ(integer("1e1"), std::nullopt);
    EXPECT_EQ(number("-2.5e3"), -2500.0);
    EXPECT_EQ(number("1e400"), std::nullopt);
    EXPECT_EQ(number("-1e400"), std::nullopt);
    EXPECT_EQ(number("1e-400"), 0.0);
    EXPECT_EQ(number("0." + std::string(400, '0') + "1"), 0.0);
    EXPECT_EQ(number(std::string(400, '9')), std::nullopt);
}

TEST(KeysMatch, FoldsCaseAsGoDoes) {
    EXPECT_TRUE(keys_match("model", "MODEL"));
    EXPECT_TRUE(keys_match("keep_alive", "Keep_Alive"));
    EXPECT_TRUE(keys_match("keep_alive", "\u212Aeep_alive"));
    EXPECT_TRUE(keys_match("messages", "me\u017Fsages"));
    EXPECT_FALSE(keys_match("model", "models"));
    EXPECT_FALSE(keys_match("model", "m\u00f6del"));
}

TEST(ToOrderedJson, KeepsOrderAndTypes) {
    const std::string body = R"({"z":1,"a":[true,null,"x",1.5,1e2],"z":18446744073709551615})";
    EXPECT_EQ(to_ordered_json(*parse(body)).dump(),
              R"({"z":1.8446744073709552e+19,"a":[true,null,"x",1.5,100.0]})");
}

// "a b", or the error's text behind what came before it.
std::string items_of(std::string_view body) {
    std::string items;
    const auto read = for_each_item(body, "list", [&](const Value& item) {
        items += fmt::format("{}{}", items.empty() ? "" : " ", item.raw);
    });
    return read ? items : items + ": " + read.error().message;
}

TEST(ForEachItem, GivesTheElementsOfOneMember) {
    EXPECT_EQ(items_of(R"({"a":[9],"list":[1, {"list":[2]} ,"x"],"b":{}} rest)"),
              R"(1 {"list":[2]} "x")");
    EXPECT_EQ(items_of(R"({"list":[]})"), "");
    EXPECT_EQ(items_of(R"({"list":5,"b":1})"), "");
    EXPECT_EQ(items_of("[1]"), "");
}

TEST(ForEachItem, TellsMistakesAsParseDoes) {
    EXPECT_EQ(items_of(R"({"list":[1,2)"), "1 2: unexpected EOF");
    EXPECT_EQ(items_of(R"({"list":[1 2]})"), "1: invalid character '2' after array element");
    EXPECT_EQ(items_of("<"), ": invalid character '<' looking for beginning of value");
    EXPECT_EQ(items_of(""), ": missing request body");
}

}  // namespace
}  // namespace corral::api::json
