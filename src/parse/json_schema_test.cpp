#include "parse/json_schema.h"

#include <gtest/gtest.h>

namespace corral::parse {
namespace {

void check_schema(std::string_view schema, std::string_view expected) {
    const auto bounded = bounded_schema(schema);
    ASSERT_TRUE(bounded) << schema << ": " << bounded.error().message;
    EXPECT_EQ(bounded->json, expected);
}

void check_bad(const std::string& schema, std::string_view complaint) {
    const auto bounded = bounded_schema(schema);
    ASSERT_FALSE(bounded) << schema.substr(0, 200);
    EXPECT_NE(bounded.error().message.find(complaint), std::string::npos)
        << bounded.error().message;
}

std::string repeated(std::string_view text, int n) {
    std::string result;
    for (int i = 0; i < n; ++i) result += text;
    return result;
}

std::string properties(int n) {
    std::string list;
    for (int i = 0; i < n; ++i) list += fmt::format(R"({}"p{}":{{}})", i > 0 ? "," : "", i);
    return list;
}

TEST(JsonSchemaTest, LeavesSchemasAlone) {
    for (const char* schema :
         {"{}",
          R"({"type":"object","properties":{"b":{"$ref":"#/$defs/x"},"a":{"maxLength":20}},)"
          R"("$defs":{"x":{"type":"array","items":{"$ref":"#/$defs/x"}}}})",
          R"({"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991})"})
        check_schema(schema, schema);
}

TEST(JsonSchemaTest, LeavesOutLimitsThatNoAnswerReaches) {
    check_schema(R"({"type":"string","maxLength":4294967297})", R"({"type":"string"})");
    check_schema(R"({"$ref":"#/$defs/a","$defs":{"a":{"maxItems":1e300}}})",
                 R"({"$ref":"#/$defs/a","$defs":{"a":{}}})");
}

TEST(JsonSchemaTest, GivesTheWholeSchemaAName) {
    check_schema(R"({"items":{"$ref":"#"}})",
                 R"({"items":{"$ref":"#/$defs/corral-root"},)"
                 R"("$defs":{"corral-root":{"items":{"$ref":"#/$defs/corral-root"}}}})");
}

TEST(JsonSchemaTest, NamesWhatIsTooMuch) {
    check_bad(R"({"properties":{"a":{"minItems":40000}}})", "#/properties/a: minItems is 40000");
    check_bad(R"({"anyOf":[{},{"minLength":1e12}]})", "#/anyOf/1: minLength");
    check_bad(R"({"type":"number","minimum":1e30})", "#: minimum is");
    check_bad(R"({"pattern":"^)" + std::string(2000, 'a') + R"($"})", "#: the pattern");
    check_bad(R"({"enum":[)" + repeated("1,", 20'000) + "1]}", "#: enum has 20001");
    check_bad(R"({"properties":{)" + properties(300) + "}}", "300 of them optional");
    check_bad(R"({"properties":{")" + std::string(5000, 'a') + R"(":{}}})", "name");
    check_bad(R"({"additionalProperties":true,"properties":{"a]":{}}})", "\"a]\"");
    check_bad(repeated(R"({"items":)", 100'000) + "{}" + repeated("}", 100'000), "levels deep");
    check_bad(std::string(2 << 20, ' '), "bytes");
    check_bad("[]", "not an object");
    check_bad("{", "not JSON");
    check_bad("{\"a\":\"\xFF\"}", "not UTF-8");
}

TEST(JsonSchemaTest, NamesKeywordsThatWouldBeIgnored) {
    for (const char* keyword :
         {"not", "if", "patternProperties", "contains", "dependentRequired"}) {
        check_bad(fmt::format(R"({{"properties":{{"a":{{"{}":{{"type":"null"}}}}}}}})", keyword),
                  fmt::format("#/properties/a: the keyword \"{}\" is not supported", keyword));
    }
    check_bad(R"({"uniqueItems":true})", "\"uniqueItems\"");
    check_bad(R"({"$ref":"#/$defs/a","$defs":{"a":{"minProperties":1}}})",
              "#/$defs/a: the keyword");
    check_bad(R"({"properties":{"a":{}},"anyOf":[{"required":["a"]}]})", "anyOf beside properties");
}

TEST(JsonSchemaTest, LeavesKeywordsThatDemandNothing) {
    for (const char* schema :
         {R"({"uniqueItems":false,"minProperties":0,"additionalItems":false})",
          R"({"propertyNames":{"type":"string"},"unevaluatedProperties":false})",
          R"({"type":"integer","multipleOf":1})", R"({"type":"string","minimum":0.5})",
          R"({"type":"string","format":"email","title":"x","examples":[],"$comment":"y"})",
          R"({"properties":{"not":{"type":"string"},"if":{}}})"})
        check_schema(schema, schema);
}

TEST(JsonSchemaTest, PutsTextsInThePlaceOfBoundedNumbers) {
    const auto bounded = bounded_schema(
        R"({"properties":{"a":{"type":"number","minimum":0,"maximum":1},"b":{"type":"number"},)"
        R"("c":{"type":["number","null"],"exclusiveMinimum":5},"d":{"type":"number","multipleOf":0.01}}})");
    ASSERT_TRUE(bounded) << bounded.error().message;
    EXPECT_EQ(
        bounded->json,
        R"({"properties":{"a":{"enum":["corral-number-0"]},"b":{"type":"number"},)"
        R"("c":{"anyOf":[{"enum":["corral-number-1"]},{"type":["null"],"exclusiveMinimum":5}]},)"
        R"("d":{"enum":["corral-number-2"]}}})");
    ASSERT_EQ(bounded->stand_ins.size(), 3U);
    EXPECT_EQ(bounded->stand_ins[1].text, "corral-number-1");
    const auto other = bounded_schema(R"({"type":"number","minimum":5,"title":"corral-number-"})");
    EXPECT_EQ(other->stand_ins.at(0).text, "corral-number--0");
}

TEST(JsonSchemaTest, KeepsTheNarrowerBoundOfIntegers) {
    check_schema(R"({"type":"integer","minimum":5,"exclusiveMinimum":5})",
                 R"({"type":"integer","exclusiveMinimum":5})");
    check_schema(R"({"type":"integer","maximum":4,"exclusiveMaximum":9})",
                 R"({"type":"integer","maximum":4})");
}

TEST(JsonSchemaTest, NamesNumbersThatItCannotBound) {
    check_bad(R"({"minimum":0})", "#: minimum without a type");
    check_bad(R"({"type":"number","anyOf":[{}],"maximum":1})", "maximum beside anyOf");
    check_bad(R"({"type":"number","exclusiveMinimum":true})", "exclusiveMinimum is no number");
    check_bad(R"({"type":"number","minimum":2,"maximum":1})", "no number lies");
    check_bad(R"({"type":"number","multipleOf":0.25})", "multipleOf 0.25");
    check_bad(R"({"type":"integer","multipleOf":5})", "\"multipleOf\" is not supported");
}

TEST(JsonSchemaTest, SeesWhatMultiplies) {
    check_bad(repeated(R"({"type":["object","array"],"properties":{"a":)", 30) + "{}" +
                  repeated("}}", 30),
              "parts");
    // Every reference is converted on its own, and each names what holds all the others.
    std::string nested = "{}";
    for (int i = 0; i < 60; ++i)
        nested = fmt::format(R"({{"properties":{{"p":{},"r":{{"$ref":"#{}"}}}}}})", nested,
                             repeated("/properties/p", i));
    EXPECT_TRUE(bounded_schema(nested));
    check_bad(R"({"properties":{"a":{"$ref":"#/$defs/b"}},)"
              R"("$defs":{"b":{"$ref":"#/$defs/c"},"c":{"$ref":"#/$defs/b"}}})",
              "circle");
    check_bad(R"({"$ref":"http://example.com/schema"})", "http://example.com");
}

}  // namespace
}  // namespace corral::parse
