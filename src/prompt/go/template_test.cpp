// Every case of template_cases.h was run by Go 1.26's own text/template on the same data.

#include "prompt/go/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "prompt/go/limits.h"
#include "prompt/go/template_cases.h"

namespace corral::prompt::go {
namespace {

using Entries = std::vector<Map::Entry>;

Value text(std::string_view value) {
    return Value::borrowed(value);
}
Value integer(std::int64_t value) {
    return Value(value);
}
Value list(std::vector<Value> items) {
    return make_list(kAnyList, std::move(items));
}
Value map(Entries entries) {
    return Value(Map::sorted(kAnyMap, std::move(entries)));
}

constexpr std::array<Type::Field, 2> kItemFields = {{{"Name", "Name"}, {"Count", "Count"}}};
constexpr std::array<Type::Field, 4> kMessageFields = {
    {{"Role", "Role"}, {"Content", "Content"}, {"Tags", "Tags"}, {"Inner", "Inner"}}};
const Type kItem{.name = "main.Item", .fields = kItemFields};
const Type kMessage{.name = "*main.Message", .fields = kMessageFields, .is_pointer = true};

Value message(std::string_view role, std::string_view content, std::vector<Value> tags = {},
              std::string_view inner = "", std::int64_t count = 0) {
    Value item = make_record(kItem, {text(inner), integer(count)});
    return make_record(kMessage, {text(role), text(content),
                                  make_list(kStringList, std::move(tags)), std::move(item)});
}

Value test_data() {
    const Value numbers = list({integer(1), integer(2), integer(3)});
    const Value pairs = list({list({integer(1), integer(2)}), list({integer(3)})});
    const Value items = list({map({{"Name", text("n1")}, {"Value", integer(1)}}),
                              map({{"Name", text("n2")}, {"Value", integer(2)}})});
    return map({
        {"Name", text("World")},
        {"Empty", text("")},
        {"Zero", integer(0)},
        {"One", integer(1)},
        {"N", integer(5)},
        {"Minus", integer(-7)},
        {"Pi", Value(3.14)},
        {"Big", Value(1e6)},
        {"Half", Value(0.5)},
        {"Tiny", Value(0.00001)},
        {"True", Value(true)},
        {"False", Value(false)},
        {"Nil", Value::nil()},
        {"List", list({text("a"), text("b"), text("c")})},
        {"Ints", numbers},
        {"Mixed", list({text("x"), integer(1), Value::nil(), Value(true), Value(2.5)})},
        {"EmptyList", list({})},
        {"EmptyMap", map({})},
        {"Map", map({{"b", integer(2)}, {"a", integer(1)}, {"c", Value::nil()}})},
        {"Nested", map({{"A", map({{"B", text("deep")}})}, {"L", pairs}})},
        {"Html", text("<a href='x'>\"T\" & C</a>")},
        {"Unicode", text("héllo, 世界")},
        {"Lines", text("one\ntwo\r\n\tthree")},
        {"Items", items},
        {"Message", message("user", "Hi", {text("t1"), text("t2")}, "in", 3)},
        {"Messages",
         list({message("system", "S"), message("user", "U"), message("assistant", "A")})},
    });
}

Result<std::string> run(std::string source) {
    CORRAL_TRY(const Template parsed, Template::parse(std::move(source)));
    return parsed.render(test_data());
}

TEST(GoTemplate, DoesWhatGoDoes) {
    for (const Case& c : kCases) {
        const auto result = run(std::string(c.source));
        EXPECT_EQ(result.value_or(""), c.output) << c.source;
        EXPECT_EQ(result ? "" : result.error().message, c.error) << c.source;
    }
}

std::string message_of(std::string source) {
    const auto result = run(std::move(source));
    return result ? "no error" : result.error().message;
}

TEST(GoTemplate, KnowsTheDate) {
    const auto today = run("{{ currentDate }}|{{ yesterdayDate 1 }}");
    ASSERT_TRUE(today.has_value());
    EXPECT_EQ(today->size(), 21U);
    EXPECT_EQ((*today)[4], '-');
    EXPECT_NE(today->substr(0, 10), today->substr(11));
}

TEST(GoTemplate, PrintsRecordsThatAreMeantForJsonAsJson) {
    static constexpr std::array<Type::Field, 2> kFields = {
        {{"Name", "name"}, {"Note", "note", Type::Omit::empty}}};
    static const Type kType{.name = "T", .fields = kFields, .prints_json = true};
    const Value data = map({{"F", make_record(kType, {text("<x>"), text("")})}});
    const auto parsed =
        Template::parse("{{ .F }} {{ json .F }} {{ .F.Name }} {{ printf \"%v\" .F }}");
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->render(data).value_or(""),
              R"({"name":"\u003cx\u003e"} {"name":"\u003cx\u003e"} <x> {"name":"\u003cx\u003e"})");
}

TEST(GoTemplate, LeavesOutWhatStandsBehindACut) {
    const std::string source =
        "a{{ if .True }}b{{ .Name }}c{{ else }}d{{ end }}e{{ template \"t\" }}"
        "{{ define \"t\" }}t{{ end }}";
    const auto parsed = Template::parse(source);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->render(test_data()).value_or(""), "abWorldcet");
    EXPECT_EQ(parsed->render_until(source.find(".Name"), test_data()).value_or(""), "abWorld");
}

TEST(GoTemplate, CanGetAnotherFieldAtItsEnd) {
    auto parsed = Template::parse("{{ .One }}:");
    ASSERT_TRUE(parsed.has_value());
    parsed->append_field("Name");
    EXPECT_EQ(parsed->render(test_data()).value_or(""), "1:World");
}

TEST(GoTemplate, RefusesHugeSources) {
    EXPECT_EQ(message_of(std::string(kMaxSourceBytes + 1, 'a')),
              "template: :1: the template is larger than 1 MiB");
}

TEST(GoTemplate, RefusesDeepNesting) {
    std::string blocks, branches, parentheses;
    for (int i = 0; i < 50'000; ++i) {
        blocks += "{{ if .A }}";
        branches += i == 0 ? "{{ if .A }}" : "{{ else if .A }}";
        parentheses += i == 0 ? "{{ (" : "(";
    }
    for (const std::string& source : {blocks, branches, parentheses})
        EXPECT_EQ(message_of(source), "template: :1: max expression depth exceeded");
}

TEST(GoTemplate, StopsEndlessRecursion) {
    EXPECT_THAT(message_of(R"({{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }})"),
                testing::HasSubstr("exceeded maximum template depth (300)"));
}

TEST(GoTemplate, StopsLongLoops) {
    EXPECT_THAT(message_of("{{ range 1000000000 }}{{ range 1000000000 }}{{ end }}{{ end }}"),
                testing::HasSubstr("too many steps"));
}

TEST(GoTemplate, StopsGrowth) {
    EXPECT_THAT(
        message_of(R"({{ $x := "0123456789" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }})"),
        testing::HasSubstr("too many steps"));
    EXPECT_THAT(message_of(R"({{ $x := printf "%100000d" 1 }}{{ range 1000 }}{{ $x }}{{ end }})"),
                testing::HasSubstr("larger than 64 MiB"));
}

TEST(GoTemplate, KeepsErrorsShort) {
    EXPECT_LT(message_of("{{ range \"" + std::string(100'000, 'a') + "\" }}{{ end }}").size(),
              3000U);
}

}  // namespace
}  // namespace corral::prompt::go
