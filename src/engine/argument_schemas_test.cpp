#include "engine/argument_schemas.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/chat_constraint.h"
#include "engine/output_guard.h"
#include "engine/tagged_template.h"
#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

using nlohmann::ordered_json;

std::string set_tool(std::string_view parameters, bool is_strict = true) {
    return fmt::format(R"([{{"type":"function","function":{{"name":"set","parameters":{}{}}}}}])",
                       parameters, is_strict ? R"(,"strict":true)" : "");
}

constexpr std::string_view kVolume =
    R"({"type":"object","additionalProperties":false,"required":["volume","unit"],)"
    R"("properties":{"volume":{"type":"integer","minimum":0,"maximum":11},)"
    R"("unit":{"$ref":"#/$defs/unit"}},"$defs":{"unit":{"type":"string","enum":["dB","steps"]}}})";
constexpr std::string_view kShare =
    R"({"type":"object","required":["share"],)"
    R"("properties":{"share":{"type":"number","minimum":0,"exclusiveMaximum":1}}})";

ordered_json parameters_of(const std::string& tools_json) {
    return ordered_json::parse(tools_json)[0]["function"]["parameters"];
}

TEST(ArgumentSchemasTest, BindsByWhatUpstreamKnows) {
    const auto schemas = argument_schemas(set_tool(kVolume, false));
    ASSERT_TRUE(schemas);
    EXPECT_TRUE(schemas->leaves_out);
    EXPECT_EQ(schemas->strict_json, "");
    const auto plain = parameters_of(schemas->plain_json);
    EXPECT_EQ(plain["properties"].dump(), R"({"volume":{"type":"integer"},"unit":{}})");
    EXPECT_TRUE(plain.contains("$defs"));
    EXPECT_FALSE(plain.contains("additionalProperties"));

    const auto again = argument_schemas(schemas->plain_json);
    EXPECT_FALSE(again->leaves_out) << "nothing is left to leave out";
    EXPECT_EQ(argument_schemas("")->plain_json, "");
}

TEST(ArgumentSchemasTest, BindsStrictToolsByAllOfTheirSchema) {
    const auto schemas = argument_schemas(set_tool(kVolume));
    ASSERT_TRUE(schemas);
    EXPECT_EQ(parameters_of(schemas->strict_json), ordered_json::parse(kVolume));
    const auto numbers = argument_schemas(set_tool(kShare));
    ASSERT_TRUE(numbers);
    ASSERT_EQ(numbers->stand_ins.size(), 1U);
    EXPECT_EQ(parameters_of(numbers->without_rules())["properties"]["share"].dump(),
              R"({"type":"number"})");
}

TEST(ArgumentSchemasTest, NamesTheToolThatCannotBeFollowed) {
    const auto schemas = argument_schemas(
        set_tool(R"({"type":"object","properties":{"a":{"not":{"type":"string"}}}})"));
    ASSERT_FALSE(schemas);
    EXPECT_EQ(schemas.error().http_status, 400);
    EXPECT_EQ(schemas.error().message,
              "the parameters of the tool \"set\" cannot be strict: #/properties/a: the keyword "
              "\"not\" is not supported");
    EXPECT_TRUE(argument_schemas(set_tool(R"({"properties":{"a":{"not":{}}}})", false)))
        << "what is not strict is as upstream has it";
}

// A notation whose calls bear no mark, and one that writes arguments one by one.
constexpr const char* kUnmarked =
    R"({%- if tools %}<|system|>{% for t in tools %}{{ t | tojson }}
{% endfor %}<|end|>{% endif %}{% for message in messages %}{% if message.tool_calls %}<|assistant|>{"name": "{{ message.tool_calls[0].function.name }}", "parameters": {{ message.tool_calls[0].function.arguments | tojson }}}<|end|>{% else %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %})";
constexpr const char* kOneByOne =
    R"({%- if tools %}<|im_start|>system
{% for t in tools %}{{ t | tojson }}
{% endfor %}<tool_call>
<function=name>
<parameter=name>
value
</parameter>
</function>
</tool_call><|im_end|>
{% endif %}{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}{% if message.tool_calls %}{% for call in message.tool_calls %}<tool_call>
<function={{ call.function.name }}>
{% for name, value in call.function.arguments | items %}<parameter={{ name }}>
{{ value }}
</parameter>
{% endfor %}</function>
</tool_call>{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %})";

class StrictToolsTest : public FullModelTest {
protected:
    static RenderedChat render(const char* source, const std::string& tools,
                               const wire::ToolUse& use = {}) {
        const wire::Format format;
        const std::vector<wire::Message> question = {{.role = "user", .content = "louder"}};
        auto made = ChatTemplate::create(nullptr, source);
        EXPECT_TRUE(made) << made.error().message;
        auto chat = render_chat(*made, {question, tools, wire::Thinking::unset, format, use});
        EXPECT_TRUE(chat) << chat.error().message;
        return std::move(*chat);
    }
    // Whether a model may say so to the end.
    static bool may_say(const RenderedChat& chat, std::string_view text) {
        EXPECT_TRUE(chat.constraint);
        auto guard = OutputGuard::create(*model->vocabulary, *chat.constraint);
        EXPECT_TRUE(guard) << guard.error().message;
        for (const char c : text) {
            if (guard->binds() && !guard->allows(byte(c))) return false;
            guard->accept(byte(c));
        }
        return !guard->binds() || guard->allows(2);
    }
    static std::string marked(std::string_view arguments) {
        return fmt::format("<tool_call>\n{{\"name\": \"set\", \"arguments\": {}}}\n</tool_call>",
                           arguments);
    }
    static std::string unmarked(std::string_view arguments) {
        return fmt::format(R"({{"name": "set", "parameters": {}}})", arguments);
    }
};

TEST_F(StrictToolsTest, HoldArgumentsToTheirSchema) {
    for (const auto choice : {wire::ToolChoice::automatic, wire::ToolChoice::required}) {
        const auto strict = render(kTaggedTemplate, set_tool(kVolume), {choice, {}, false});
        EXPECT_TRUE(may_say(strict, marked(R"({"volume": 11, "unit": "dB"})")));
        EXPECT_FALSE(may_say(strict, marked(R"({"volume": 12, "unit": "dB"})")));
        EXPECT_FALSE(may_say(strict, marked(R"({"volume": 1, "unit": "hops"})")));
        const auto plain = render(kTaggedTemplate, set_tool(kVolume, false), {choice, {}, false});
        EXPECT_TRUE(may_say(plain, marked(R"({"volume": 12, "unit": "hops"})")));
        EXPECT_FALSE(may_say(plain, marked(R"({"volume": "x", "unit": "hops"})")));
    }
}

TEST_F(StrictToolsTest, KnowBoundsOfNumbers) {
    const auto strict = render(kTaggedTemplate, set_tool(kShare));
    EXPECT_TRUE(may_say(strict, marked(R"({"share": 0.25})")));
    EXPECT_FALSE(may_say(strict, marked(R"({"share": 1.25})")));
}

// A custom tool of OpenAI's API.
std::string text_tool(std::string_view syntax, std::string_view definition) {
    return fmt::format(
        R"([{{"type":"function","function":{{"name":"set","strict":true,"parameters":{{"type":"object",)"
        R"("properties":{{"input":{{"type":"string"}}}},"required":["input"]}},)"
        R"("grammar":{{"syntax":"{}","definition":"{}"}}}}}}])",
        syntax, definition);
}

TEST_F(StrictToolsTest, HoldTextsToTheirGrammar) {
    const auto regex = text_tool("regex", R"([0-9]+ \"dB\")");
    const auto lark = text_tool("lark", R"(start: NUMBER \" dB\"\n%import common.NUMBER)");
    for (const auto choice : {wire::ToolChoice::automatic, wire::ToolChoice::required}) {
        const auto text = render(kTaggedTemplate, regex, {choice, {}, false});
        EXPECT_TRUE(may_say(text, marked(R"({"input": "11 \"dB\""})")));
        EXPECT_FALSE(may_say(text, marked(R"({"input": "11"})")));
        const auto numbers = render(kTaggedTemplate, lark, {choice, {}, false});
        EXPECT_TRUE(may_say(numbers, marked(R"({"input": "1.5 dB"})")));
        EXPECT_FALSE(may_say(numbers, marked(R"({"input": "louder"})")));
    }
    EXPECT_TRUE(may_say(render(kUnmarked, lark), unmarked(R"({"input": "1 dB"})")));
    EXPECT_FALSE(may_say(render(kUnmarked, lark), unmarked(R"({"input": "one"})")));
    EXPECT_FALSE(render(kTaggedTemplate, lark).params.prompt.contains("NUMBER"));
    const auto bad = argument_schemas(text_tool("lark", "start: X"));
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().http_status, 400);
}

TEST_F(StrictToolsTest, TakeAnyTextWhereANotationHasNoRoomForAGrammar) {
    const auto text = render(kOneByOne, text_tool("regex", "[0-9]+"));
    EXPECT_TRUE(may_say(text,
                        "<tool_call>\n<function=set>\n<parameter=input>\nany\n</parameter>\n"
                        "</function>\n</tool_call>"));
}

TEST_F(StrictToolsTest, AreShownAsTheyWereDefined) {
    for (const char* source : {kTaggedTemplate, kUnmarked, kOneByOne}) {
        const auto prompt = render(source, set_tool(kShare)).params.prompt;
        EXPECT_TRUE(prompt.contains("exclusiveMaximum")) << prompt;
        EXPECT_FALSE(prompt.contains("strict")) << prompt;
        EXPECT_FALSE(prompt.contains("corral")) << prompt;
    }
}

TEST_F(StrictToolsTest, AreHeldToThatOnceTheyAreNamedWithoutAMark) {
    const auto strict = render(kUnmarked, set_tool(kVolume));
    EXPECT_TRUE(may_say(strict, unmarked(R"({"volume": 11, "unit": "dB"})")));
    EXPECT_FALSE(may_say(strict, unmarked(R"({"volume": 12, "unit": "dB"})")));
    for (const char* free : {"I set it to {11}.", R"({"result": {"set": [1, 2]}})", "{ ... }"})
        EXPECT_TRUE(may_say(strict, free)) << free;
    EXPECT_FALSE(render(kUnmarked, set_tool(kVolume, false)).constraint);
}

TEST_F(StrictToolsTest, TakeWhatAFreeNotationCanSay) {
    const auto strict = render(kOneByOne, set_tool(kShare));
    const auto call = [](std::string_view value) {
        return fmt::format(
            "<tool_call>\n<function=set>\n<parameter=share>\n{}\n</parameter>\n</function>\n"
            "</tool_call>",
            value);
    };
    EXPECT_TRUE(may_say(strict, call("0.5")));
    EXPECT_FALSE(may_say(strict, call("half"))) << "it is a number still";
}

}  // namespace
}  // namespace corral::engine
