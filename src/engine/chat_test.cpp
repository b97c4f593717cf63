#include <gtest/gtest.h>

#include "engine/chat_constraint.h"
#include "engine/chat_output.h"
#include "engine/chat_template.h"
#include "engine/tagged_template.h"

namespace corral::engine {
namespace {

constexpr const char* kPlain =
    "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant] {% endif %}";

wire::Message user(std::string text) {
    wire::Message message;
    message.role = "user";
    message.content = std::move(text);
    return message;
}

// Templates in the manner of Llama 3 (calls without a mark) and Mistral (a list behind a mark).
constexpr const char* kLlama3 =
    R"({{ bos_token }}{%- if tools %}<|start_header_id|>system<|end_header_id|>

Respond with {"name": function name, "parameters": dictionary of argument name and its value}.
{% for t in tools %}{{ t | tojson }}
{% endfor %}<|eot_id|>{% endif %}{% for message in messages %}{% if message.role == 'tool' %}<|start_header_id|>ipython<|end_header_id|>

{{ message.content | tojson }}<|eot_id|>{% elif message.tool_calls %}<|start_header_id|>assistant<|end_header_id|>

{"name": "{{ message.tool_calls[0].function.name }}", "parameters": {{ message.tool_calls[0].function.arguments | tojson }}}<|eot_id|>{% else %}<|start_header_id|>{{ message.role }}<|end_header_id|>

{{ message.content }}<|eot_id|>{% endif %}{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>

{% endif %})";
constexpr const char* kMistral =
    R"({{ bos_token }}{%- for message in messages %}{%- if message.role == 'user' %}{%- if tools and loop.last %}[AVAILABLE_TOOLS] {{ tools | tojson }}[/AVAILABLE_TOOLS]{%- endif %}[INST] {{ message.content }}[/INST]{%- elif message.tool_calls %}[TOOL_CALLS] [{%- for call in message.tool_calls %}{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}{%- if not loop.last %}, {% endif %}{%- endfor %}]</s>{%- elif message.role == 'tool' %}[TOOL_RESULTS] {"content": {{ message.content | tojson }}}[/TOOL_RESULTS]{%- else %} {{ message.content }}</s>{%- endif %}{%- endfor %})";
constexpr const char* kWeather =
    R"([{"type":"function","function":{"name":"weather","description":"d","parameters":)"
    R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}])";

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
    std::vector<wire::ToolCallPiece> pieces;  // of calls, as they came
    int n_pieces = 0;
    std::size_t bytes_parsed = 0;
};

// The answer read byte by byte.
Said read(const common_chat_params& rendered, std::string_view answer, bool has_tools = false,
          bool streams_calls = false) {
    ChatOutput output(rendered, has_tools, streams_calls);
    Said said;
    const auto add = [&said](const wire::Delta& delta) {
        if (!delta.content.empty() || !delta.thinking.empty()) ++said.n_pieces;
        said.content += delta.content;
        said.thinking += delta.thinking;
        said.calls.insert(said.calls.end(), delta.tool_calls.begin(), delta.tool_calls.end());
        said.pieces.insert(said.pieces.end(), delta.call_pieces.begin(), delta.call_pieces.end());
    };
    // Whole characters, as a ChatOutput is given them.
    for (std::size_t i = 0; i < answer.size();) {
        std::size_t n = 1;
        while (i + n < answer.size() && (answer[i + n] & 0xC0) == 0x80) ++n;
        add(output.push(answer.substr(i, n)));
        i += n;
    }
    add(output.finish());
    said.bytes_parsed = output.bytes_parsed();
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

bool same_grammar(const common_chat_params& a, const common_chat_params& b) {
    const auto words = [](const common_chat_params& params) {
        std::vector<std::string> values = params.preserved_tokens;
        for (const auto& trigger : params.grammar_triggers) values.push_back(trigger.value);
        return values;
    };
    return a.grammar == b.grammar && a.grammar_lazy == b.grammar_lazy && words(a) == words(b);
}

TEST(ChatTemplateTest, WhatIsKnownOfAFormFitsEveryConversationOfIt) {
    wire::Format object;
    object.kind = wire::Format::Kind::schema;
    object.schema_json = R"({"type":"object","properties":{"a":{"type":"integer"}}})";
    const std::string no_tools;
    const std::string weather = kWeather;
    wire::Message answer = user("Sunny.");
    answer.role = "assistant";
    const std::vector<wire::Message> conversations[] = {
        {user("hi")}, {user("a"), answer, user("<think>b</think>")}};
    for (const char* source : {kTaggedTemplate, kLlama3, kMistral}) {
        const auto lasting = ChatTemplate::create(nullptr, source);
        ASSERT_TRUE(lasting) << lasting.error().message;
        for (const std::string* tools : {&no_tools, &weather})
            for (const auto thinking : {wire::Thinking::off, wire::Thinking::on})
                for (const wire::Format& format : {wire::Format(), object})
                    for (const auto& messages : conversations) {
                        const ChatTemplate::Request request{messages, *tools, thinking, format};
                        const auto known = lasting->render(request);
                        const auto fresh = ChatTemplate::create(nullptr, source)->render(request);
                        ASSERT_TRUE(known && fresh) << source;
                        EXPECT_EQ(known->prompt, fresh->prompt);
                        EXPECT_EQ(known->generation_prompt, fresh->generation_prompt);
                        EXPECT_EQ(known->parser, fresh->parser);
                        EXPECT_EQ(known->additional_stops, fresh->additional_stops);
                        EXPECT_EQ(known->supports_thinking, fresh->supports_thinking);
                        EXPECT_EQ(known->thinking_start_tag, fresh->thinking_start_tag);
                        EXPECT_TRUE(same_grammar(*known, *fresh)) << source;
                    }
        EXPECT_GE(lasting->n_forms_kept(), 6U) << "of the 8, two may be plain";
        EXPECT_LE(lasting->n_forms_kept(), 8U) << "one for both conversations";
    }
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
    const auto rendered = render(kTaggedTemplate, {user("hi")}, wire::Thinking::on);
    ASSERT_TRUE(rendered) << rendered.error().message;
    const Said said = read(*rendered, "<think>\nlet me see\n</think>\n\nHello é!");
    EXPECT_EQ(said.content, "Hello é!");
    EXPECT_NE(said.thinking.find("let me see"), std::string::npos);
    EXPECT_EQ(said.thinking.find('<'), std::string::npos);
}

constexpr const char* kCall =
    "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Ulm\"}}\n</tool_call>";

void check_one_call(const char* source, const std::string& answer, const std::string& content,
                    std::size_t n_calls = 1) {
    const auto rendered = render(source, {user("weather?")}, wire::Thinking::off, kWeather);
    ASSERT_TRUE(rendered) << rendered.error().message;
    const Said said = read(*rendered, answer, true);
    EXPECT_EQ(said.content, content);
    ASSERT_EQ(said.calls.size(), n_calls) << answer;
    for (std::size_t i = 0; i < n_calls; ++i) {
        EXPECT_EQ(said.calls[i].name, "weather");
        EXPECT_EQ(said.calls[i].index, static_cast<std::int64_t>(i));
        EXPECT_NE(said.calls[i].arguments_json.find("Ulm"), std::string::npos);
        EXPECT_EQ(said.calls[i].id.size(), 32U);
    }
}

TEST(ChatOutputTest, ReadsToolCalls) {
    check_one_call(kTaggedTemplate, kCall, "");
    check_one_call(kTaggedTemplate, std::string("I look.\n") + kCall, "I look.\n");
    check_one_call(kTaggedTemplate, std::string(kCall) + "\n" + kCall, "", 2);
    check_one_call(kLlama3, R"({"name": "weather", "parameters": {"city": "Ulm"}})", "");
    check_one_call(kMistral, R"([TOOL_CALLS] [{"name": "weather", "arguments": {"city": "Ulm"}}])",
                   "");
}

// What the model said is shown, whatever it is.
TEST(ChatOutputTest, ShowsWhatIsNoToolCall) {
    for (const char* source : {kTaggedTemplate, kLlama3, kMistral}) {
        const auto rendered = render(source, {user("weather?")}, wire::Thinking::off, kWeather);
        ASSERT_TRUE(rendered) << rendered.error().message;
        for (const std::string answer :
             {"It is <b>sunny</b> [1].", "Look: {\"name\": 5} and {", "a < b",
              "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"ci",
              "<tool_call>\nnonsense</tool_call>",
              "{\"name\": \"weather\", \"parameters\": {\"city\":",
              "[TOOL_CALLS] [{\"name\": \"weath"}) {
            const Said said = read(*rendered, answer, true);
            EXPECT_EQ(said.content, answer);
            EXPECT_TRUE(said.calls.empty()) << answer;
        }
    }
}

// Joined by call.
std::vector<wire::ToolCallPiece> joined(std::vector<wire::ToolCallPiece> pieces) {
    std::vector<wire::ToolCallPiece> calls;
    wire::join_call_pieces(calls, std::move(pieces));
    return calls;
}

TEST(ChatOutputTest, TellsCallsWhileTheyAreWritten) {
    const std::string two = std::string(kCall) + "\n" + kCall;
    const std::pair<const char*, std::string> answers[] = {
        {kTaggedTemplate, kCall},
        {kTaggedTemplate, "I look.\n" + two},
        {kLlama3, R"({"name": "weather", "parameters": {"city": "Ulm"}})"},
        {kMistral, R"([TOOL_CALLS] [{"name": "weather", "arguments": {"city": "Ulm"}}])"}};
    for (const auto& [source, answer] : answers) {
        const auto rendered = render(source, {user("weather?")}, wire::Thinking::off, kWeather);
        ASSERT_TRUE(rendered) << rendered.error().message;
        const Said said = read(*rendered, answer, true, true);
        EXPECT_GT(said.pieces.size(), 10 * said.calls.size()) << answer;
        std::vector<wire::ToolCallPiece> whole;
        for (const auto& call : said.calls)
            whole.push_back({call.index, call.id, call.name, R"({"city":"Ulm"})"});
        EXPECT_EQ(joined(said.pieces), whole) << answer;
        EXPECT_TRUE(read(*rendered, answer, true).pieces.empty()) << "nobody asked";
    }
}

// What is told cannot be taken back, so it is not told as text in the end.
TEST(ChatOutputTest, ACallThatIsCutOffStaysTold) {
    const auto rendered =
        render(kTaggedTemplate, {user("weather?")}, wire::Thinking::off, kWeather);
    ASSERT_TRUE(rendered);
    const std::string cut = R"(<tool_call>
{"name": "weather", "arguments": {"city": "Ul)";
    const Said one = read(*rendered, "Well. " + cut, true, true);
    EXPECT_EQ(one.content, "Well. ");
    EXPECT_TRUE(one.calls.empty());
    ASSERT_EQ(joined(one.pieces).size(), 1U);
    EXPECT_EQ(joined(one.pieces)[0].arguments, R"({"city":"Ul)");
    const Said two = read(*rendered, std::string(kCall) + "\n" + cut, true, true);
    EXPECT_EQ(two.content, "");
    EXPECT_EQ(two.calls.size(), 1U);
    EXPECT_EQ(joined(two.pieces).size(), 2U);
    const Said early = read(*rendered, "<tool_call>\n{\"name\": \"weath", true, true);
    EXPECT_TRUE(early.pieces.empty());
    EXPECT_EQ(early.content, "<tool_call>\n{\"name\": \"weath");
}

TEST(ChatOutputTest, TellsLongCallsInLinearTime) {
    std::string city;
    while (city.size() < 80'000) city += R"(New \"Ulm\" {[am]} Rhein, )";
    const std::string answer = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"" +
                               city + "\"}}\n</tool_call>";
    const auto rendered =
        render(kTaggedTemplate, {user("weather?")}, wire::Thinking::off, kWeather);
    const Said said = read(*rendered, answer, true, true);
    ASSERT_EQ(said.calls.size(), 1U);
    EXPECT_TRUE(joined(said.pieces)[0].arguments == R"({"city":")" + city + R"("})");
    EXPECT_GT(said.pieces.size(), 200U) << "it is streamed to its end";
    EXPECT_LT(said.bytes_parsed, 260 * answer.size() + (4 << 20));
}

// 80 thousand bytes are about 20 thousand tokens.
TEST(ChatOutputTest, ReadsLongAnswersInLinearTimeAndAsTheyCome) {
    std::string text;
    while (text.size() < 80'000) text += "The quick brown fox; if (a < b) jumps[i] over é. ";
    for (const char* source : {kTaggedTemplate, kLlama3, kMistral}) {
        for (const std::string tools : {"", kWeather}) {
            const auto rendered = render(source, {user("hi")}, wire::Thinking::on, tools);
            ASSERT_TRUE(rendered);
            if (rendered->parser.empty()) continue;  // nothing to read
            const Said said = read(*rendered, text, !tools.empty());
            EXPECT_TRUE(said.content == text) << said.content.size() << " of " << text.size();
            EXPECT_LT(said.bytes_parsed, 260 * text.size() + (4 << 20));
            EXPECT_GT(said.n_pieces, 1000) << "it is streamed";
        }
    }
    const auto rendered = render(kTaggedTemplate, {user("hi")}, wire::Thinking::on, kWeather);
    const Said said = read(*rendered, "<think>\n" + text + "</think>\n\n" + text + kCall, true);
    EXPECT_TRUE(said.thinking == text) << said.thinking.size() << " of " << text.size();
    EXPECT_TRUE(said.content == text) << said.content.size() << " of " << text.size();
    EXPECT_EQ(said.calls.size(), 1U);
    EXPECT_LT(said.bytes_parsed, 40 * text.size() + (2 << 20)) << "text is passed on";
    EXPECT_GT(said.n_pieces, 100'000);
}

}  // namespace
}  // namespace corral::engine
