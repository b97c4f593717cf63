#include "api/json/reader.h"

#include <gtest/gtest.h>

namespace corral::api::json {
namespace {

struct Target {
    std::string text;
    bool flag = false;
    std::optional<bool> maybe;
    std::int64_t number = 0;
    std::vector<std::string> texts;
    std::optional<std::vector<std::int64_t>> numbers;
    std::string inner;
    std::string custom;
};

Result<Target> read(std::string_view body) {
    CORRAL_TRY(const auto value, parse(body));
    Target target;
    Reader reader("Outer");
    const auto inner = [&](const Value& item) {
        reader.object(item, "api.Inner", {{"name", reader.text(target.inner)}});
    };
    reader.object(value, "api.Outer",
                  {{"text", reader.text(target.text)},
                   {"flag", reader.boolean(target.flag)},
                   {"maybe", reader.boolean(target.maybe)},
                   {"number", reader.integer(target.number)},
                   {"texts", reader.texts(target.texts)},
                   {"numbers", reader.integers(target.numbers)},
                   {"nested", reader.nested("Inner", inner)},
                   {"custom", reader.custom(inner)}});
    CORRAL_CHECK(reader.finish());
    return target;
}

TEST(Reader, FillsFields) {
    const auto target = read(R"({"text":"t","flag":true,"maybe":false,"number":-3,
        "texts":["a","b"],"numbers":[1,2],"nested":{"name":"n"},"unknown":{"x":[1]}})");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->text, "t");
    EXPECT_TRUE(target->flag);
    EXPECT_EQ(target->maybe, false);
    EXPECT_EQ(target->number, -3);
    EXPECT_EQ(target->texts, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(target->numbers, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(target->inner, "n");
}

TEST(Reader, MatchesKeysExactlyFirstThenWithoutCase) {
    EXPECT_EQ(read(R"({"TEXT":"a"})")->text, "a");
    EXPECT_EQ(read(R"({"text":"a","Text":"b"})")->text, "b");
}

TEST(Reader, NullLeavesPlainFieldsAlone) {
    const auto target =
        read(R"({"text":"a","text":null,"maybe":true,"maybe":null,"numbers":null})");
    EXPECT_EQ(target->text, "a");
    EXPECT_EQ(target->maybe, std::nullopt);
    EXPECT_EQ(target->numbers, std::nullopt);
    EXPECT_TRUE(read("null"));
}

TEST(Reader, NamesTheMismatch) {  // native-api.md 3.2
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"[1]", "json: cannot unmarshal array into Go value of type api.Outer"},
        {"5", "json: cannot unmarshal number into Go value of type api.Outer"},
        {R"({"text":5})",
         "json: cannot unmarshal number into Go struct field Outer.text of type string"},
        {R"({"flag":"yes"})",
         "json: cannot unmarshal string into Go struct field Outer.flag of type bool"},
        {R"({"number":1.0})",
         "json: cannot unmarshal number 1.0 into Go struct field Outer.number of type int"},
        {R"({"number":99999999999999999999})",
         "json: cannot unmarshal number 99999999999999999999 into Go struct field Outer.number of "
         "type int"},
        {R"({"number":true})",
         "json: cannot unmarshal bool into Go struct field Outer.number of type int"},
        {R"({"texts":"a"})",
         "json: cannot unmarshal string into Go struct field Outer.texts of type []string"},
        {R"({"numbers":["a"]})",
         "json: cannot unmarshal string into Go struct field Outer.numbers of type int"},
        {R"({"nested":{"name":5}})",
         "json: cannot unmarshal number into Go struct field Inner.nested.name of type string"},
        {R"({"custom":{"name":5}})",
         "json: cannot unmarshal number into Go struct field Outer.custom.name of type string"},
    };
    for (const auto& [body, expected] : rows) {
        const auto target = read(body);
        ASSERT_FALSE(target) << body;
        EXPECT_EQ(target.error().message, expected);
    }
}

TEST(Reader, NamesTheField) {  // openai-anthropic-api.md 15.5
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"5", ""},
        {R"({"TEXT":5})", "text"},
        {R"({"numbers":[1,"a"]})", "numbers[1]"},
        {R"({"texts":["a","b",3]})", "texts[2]"},
        {R"({"nested":{"name":5}})", "nested.name"},
        {R"({"custom":{"name":5}})", "custom.name"},
    };
    for (const auto& [body, field] : rows) {
        const auto target = read(body);
        ASSERT_FALSE(target) << body;
        EXPECT_EQ(target.error().field, field) << body;
        EXPECT_EQ(target.error().problem, field.empty() ? "" : "invalid_type") << body;
    }
}

TEST(Reader, ReportsTheFirstMismatchUnlessACustomDecoderFails) {
    EXPECT_NE(read(R"({"flag":1,"text":2})").error().message.find("Outer.flag"), std::string::npos);
    EXPECT_NE(read(R"({"flag":1,"custom":{"name":2}})").error().message.find("Outer.custom.name"),
              std::string::npos);
}

}  // namespace
}  // namespace corral::api::json
