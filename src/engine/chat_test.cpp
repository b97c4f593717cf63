#include <gtest/gtest.h>

#include "engine/chat_output.h"
#include "engine/chat_template.h"

namespace corral::engine {
namespace {

// A template in the manner of ChatML that knows thinking and tools.
constexpr const char* kThinking = R"({%- if tools %}<|im_start|>system
# Tools
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>
For each function call, return a json object within <tool_call></tool_call> tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}{% for message in messages %}<|im_start|>{{ message.role }}
{% if message.reasoning_content %}<think>
{{ message.reasoning_content }}
</think>

{% endif %}{{ message.content }}{% if message.tool_calls %}{% for call in message.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking is false %}<think>

</think>

{% endif %}{% endif %})";
constexpr const char* kPlain =
    "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant] {% endif %}";

wire::Message user(std::string text) {
    wire::Message message;
    message.role = "user";
    message.content = std::move(text);
    return message;
}

Result<common_chat_params> render(const char* source, const std::vector<wire::Message>& messages,
                                  wire::Thinking thinking = wire::Thinking::unset,
                                  const std::string& tools = "") {
    const wire::Format format;
    auto made = ChatTemplate::create(nullptr, source);
    if (!made) return std::unexpected(made.error());
    return made->render({messages, tools, thinking, format});
}

struct Said {
    std::string content;
    std::string thinking;
    std::vector<wire::ToolCall> calls;
};

// The answer read byte by byte.
Said read(const common_chat_params& rendered, std::string_view answer) {
    ChatOutput output(rendered);
    Said said;
    const auto add = [&said](const wire::Delta& delta) {
        said.content += delta.content;
        said.thinking += delta.thinking;
        said.calls.insert(said.calls.end(), delta.tool_calls.begin(), delta.tool_calls.end());
    };
    for (char c : answer) add(output.push(std::string_view(&c, 1)));
    add(output.finish());
    return said;
}

TEST(ChatTemplateTest, RendersAConversation) {
    const auto rendered = render(kPlain, {user("hi")});
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_EQ(rendered->prompt, "[user] hi\n[assistant] ");
    EXPECT_TRUE(rendered->parser.empty()) << "nothing to parse in plain answers";
}

TEST(ChatTemplateTest, ContinuesAnAnswerThatWasBegun) {
    wire::Message begun = user("Once upon");
    begun.role = "assistant";
    const auto rendered = render(kPlain, {user("hi"), begun});
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_TRUE(rendered->prompt.ends_with("Once upon")) << rendered->prompt;
}

TEST(ChatTemplateTest, HostileTemplatesAreAnswered) {
    for (const char* source :
         {"{{", "{% for %}", "{% endfor %}", "{{ raise_exception('no way') }}", "{% if %}"}) {
        const auto rendered = render(source, {user("hi")});
        ASSERT_FALSE(rendered) << source;
        EXPECT_EQ(rendered.error().http_status, 400);
    }
}

TEST(ChatOutputTest, SeparatesThinking) {
    const auto rendered = render(kThinking, {user("hi")}, wire::Thinking::on);
    ASSERT_TRUE(rendered) << rendered.error().message;
    const Said said = read(*rendered, "<think>\nlet me see\n</think>\n\nHello é!");
    EXPECT_EQ(said.content, "Hello é!");
    EXPECT_NE(said.thinking.find("let me see"), std::string::npos);
    EXPECT_EQ(said.thinking.find('<'), std::string::npos);
}

TEST(ChatOutputTest, ReadsToolCalls) {
    const std::string tools =
        R"([{"type":"function","function":{"name":"weather","description":"d","parameters":)"
        R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}])";
    const auto rendered = render(kThinking, {user("weather?")}, wire::Thinking::off, tools);
    ASSERT_TRUE(rendered) << rendered.error().message;
    const Said said = read(
        *rendered,
        "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Ulm\"}}\n</tool_call>");
    ASSERT_EQ(said.calls.size(), 1U) << said.content;
    EXPECT_EQ(said.calls[0].name, "weather");
    EXPECT_NE(said.calls[0].arguments_json.find("Ulm"), std::string::npos);
    EXPECT_FALSE(said.calls[0].id.empty());
    EXPECT_EQ(said.content, "");
}

}  // namespace
}  // namespace corral::engine
