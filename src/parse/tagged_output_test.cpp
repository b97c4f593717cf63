#include "parse/tagged_output.h"

#include <gtest/gtest.h>

namespace corral::parse {
namespace {

// What an answer is read as: (thinking)content, then the calls, in order.
std::string read(const TaggedOutput::Notation& notation, std::string_view answer,
                 std::size_t piece) {
    TaggedOutput output(notation);
    std::string thinking, content, calls;
    const auto take = [&](const wire::Delta& delta) {
        thinking += delta.thinking;
        content += delta.content;
        for (const wire::ToolCall& call : delta.tool_calls) {
            EXPECT_EQ(call.id.size(), 13U);
            calls += fmt::format(" {}:{}{}", call.index, call.name, call.arguments_json);
        }
    };
    for (std::size_t at = 0; at < answer.size(); at += piece)
        take(output.push(answer.substr(at, piece)));
    take(output.finish());
    return (thinking.empty() ? "" : "(" + thinking + ")") + content + calls;
}

// The same however the answer is cut into pieces.
void check(const TaggedOutput::Notation& notation, std::string_view answer,
           std::string_view expected) {
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U})
        EXPECT_EQ(read(notation, answer, piece), expected) << answer << " in pieces of " << piece;
}

const TaggedOutput::Notation kThinking{.thinking_opening = "<think>",
                                       .thinking_closing = "</think>"};

TEST(TaggedOutput, SplitsThinkingOff) {
    check(kThinking, "<think>a b</think>c", "(a b)c");
    check(kThinking, " \n<think>\n a b \n</think>\n\n c ", "(a b \n)c ");
    check(kThinking, "no thinking <think>x</think>", "no thinking <think>x</think>");
    check(kThinking, "  <thin", "  <thin");
    check(kThinking, "<thinker>", "<thinker>");
    check(kThinking, "<think>never closed </thi", "(never closed </thi)");
    check(kThinking, "<think></think>x", "x");
    check(kThinking, "<think>a</think>b</think>", "(a)b</think>");
    check(kThinking, "   ", "   ");
    check(kThinking, "", "");
}

TEST(TaggedOutput, KnowsThatThePromptBeganTheThinking) {
    TaggedOutput::Notation notation = kThinking;
    notation.begins_thinking = true;
    check(notation, "\na</think> b", "(a)b");
    check(notation, "a", "(a)");
}

TaggedOutput::Notation tools(std::string mark) {
    return {.tool_mark = std::move(mark), .tool_names = {"get", "get_weather", "add"}};
}

TEST(TaggedOutput, FindsCallsBehindATag) {
    const auto notation = tools("<tool_call>");
    check(notation, R"(Hi <tool_call>{"name": "add", "arguments": {"b": 1, "a": 2}}</tool_call>)",
          R"(Hi  0:add{"b":1,"a":2})");
    check(notation, R"(<tool_call>{"name":"get_weather","parameters":{}}</tool_call>
<tool_call>{"name":"get","arguments":"{\"x\":\"}\"}"}</tool_call>)",
          R"( 0:get_weather{} 1:get{"x":"}"})");
    check(notation, R"(<tool_call>add {"a": {"deep": ["\"}"]}})",
          R"( 0:add{"a":{"deep":["\"}"]}})");
    check(notation, R"(<tool_call>{"add":{"a":1}})", R"( 0:add{"a":1})");
    check(notation, R"(<tool_call>{"x":[{"name":"add","arguments":{"a":1}}]})", R"( 0:add{"a":1})");
    check(notation, R"(<tool_call>{"name":"add"})", " 0:add{}");
}

TEST(TaggedOutput, GivesBackWhatIsNoCall) {
    const auto notation = tools("<tool_call>");
    check(notation, "text <tool_", "text <tool_");
    check(notation, R"(<tool_call>{"name":"other","arguments":{}})",
          R"(<tool_call>{"name":"other","arguments":{}})");
    check(notation, R"(<tool_call>{"name":"add","arguments":{"a":)",
          R"(<tool_call>{"name":"add","arguments":{"a":)");
    check(notation, "just text", "just text");
}

TEST(TaggedOutput, ReadsLists) {
    check(tools("[TOOL_CALLS] ["),
          R"([TOOL_CALLS] [{"name":"add","arguments":{"a":1}},{"name":"get","arguments":{}}])",
          R"( 0:add{"a":1} 1:get{})");
    check(tools("["), R"([{"name":"add","arguments":{"a":1}}])", R"( 0:add{"a":1})");
}

TEST(TaggedOutput, TakesBareJsonOnlyAtTheBeginning) {
    const auto notation = tools("{");
    check(notation, R"(  {"name":"add","parameters":{"a":1}})", R"(   0:add{"a":1})");
    check(notation, R"(Use {"name":"add","parameters":{"a":1}})",
          R"(Use {"name":"add","parameters":{"a":1}})");
    check(notation, R"({"answer": 42} and more)", R"({"answer": 42} and more)");
    check(notation, R"({"name":"add","parameters":{}}; {"name":"get","parameters":{}})",
          R"( 0:add{} 1:get{})");
    check(tools("["), "[1, 2] is a list {}", "[1, 2] is a list {}");
}

TEST(TaggedOutput, ReadsThinkingAndCalls) {
    TaggedOutput::Notation notation = tools("<tool_call>");
    notation.thinking_opening = "<think>";
    notation.thinking_closing = "</think>";
    check(notation,
          R"(<think>call <tool_call>?</think>Hm.<tool_call>{"name":"get","arguments":{}})",
          R"((call <tool_call>?)Hm. 0:get{})");
}

TEST(TaggedOutput, TakesDeepNestingForText) {
    std::string deep = "<tool_call>add ";
    for (int i = 0; i < 500; ++i) deep += "{\"a\":";
    deep += "1";
    deep.append(500, '}');
    EXPECT_EQ(read(tools("<tool_call>"), deep, 10), deep);
}

}  // namespace
}  // namespace corral::parse
