#include "api/openai/custom_tools.h"

#include <gtest/gtest.h>

#include "api/openai/chat_answer.h"
#include "api/openai/chat_request.h"

namespace corral::api::openai {
namespace {

Result<std::string> function_of(std::string_view format) {
    const auto text = fmt::format(R"({{"description":"d"{}}})", format);
    const auto tool = json::parse(text);
    return custom_function("f", tool.value());
}

TEST(CustomTools, AreFunctionsOfOneText) {  // openai-anthropic-api.md 15.3
    constexpr std::string_view kFree =
        R"({"name":"f","description":"d","parameters":{"type":"object","properties":)"
        R"({"input":{"type":"string"}},"required":["input"]}})";
    EXPECT_EQ(function_of("").value(), kFree);
    EXPECT_EQ(function_of(R"(,"format":{"type":"text"})").value(), kFree);
    const auto bound =
        function_of(R"(,"format":{"type":"grammar","syntax":"regex","definition":"a+"})");
    ASSERT_TRUE(bound);
    EXPECT_TRUE(bound->contains(R"("description":"d\nThe input follows this grammar:\na+")"));
    EXPECT_TRUE(
        bound->ends_with(R"("strict":true,"grammar":{"syntax":"regex","definition":"a+"}})"));
    const auto nested = function_of(
        R"(,"format":{"type":"grammar","grammar":{"syntax":"regex","definition":"a+"}})");
    EXPECT_EQ(nested.value(), *bound);
    EXPECT_EQ(custom_tool_input(custom_tool_arguments("a\"b")), "a\"b");
    EXPECT_EQ(custom_tool_input("[1]"), "[1]");
}

TEST(CustomTools, NameWhatIsWrongWithTheirGrammar) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"type":"xml"})", "format.type"},
        {R"({"type":"grammar"})", "format.syntax"},
        {R"({"type":"grammar","syntax":"lark"})", "format.definition"},
        {R"({"type":"grammar","syntax":"regex","definition":"\\bx"})", "format.definition"},
        {R"({"type":"grammar","grammar":{"syntax":"bnf"}})", "format.grammar.syntax"},
    };
    for (const auto& [format, field] : rows) {
        const auto refused = function_of(fmt::format(R"(,"format":{})", format));
        ASSERT_FALSE(refused) << format;
        EXPECT_EQ(refused.error().field, field);
        EXPECT_TRUE(refused.error().message.starts_with("the tool \"f\": "));
    }
}

TEST(CustomTools, AreToolsOfChats) {
    const auto request = decode_chat(
        R"({"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant",)"
        R"("tool_calls":[{"id":"1","type":"custom","custom":{"name":"f","input":"a"}}]},)"
        R"({"role":"tool","tool_call_id":"1","content":"r"}],"tools":[)"
        R"({"type":"function","function":{"name":"g"}},)"
        R"({"type":"custom","custom":{"name":"f"}}],)"
        R"("tool_choice":{"type":"custom","custom":{"name":"f"}}})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->custom_tools, ToolNames{"f"});
    EXPECT_TRUE(
        request->native.tools_json.contains(R"({"type":"function","function":{"name":"f")"));
    EXPECT_EQ(request->native.messages[1].tool_calls[0].arguments_json, R"({"input":"a"})");
    EXPECT_EQ(request->native.messages[2].tool_name, "f");
    const auto refused = decode_chat(
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"custom",)"
        R"("custom":{"name":"f","format":{"type":"grammar","grammar":{"syntax":"lark",)"
        R"("definition":"start: X"}}}}]})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "tools[0].custom.format.grammar.definition");
    EXPECT_EQ(refused.error().message,
              "the tool \"f\": X is not defined (in line 1 of the grammar)");
}

TEST(CustomTools, AreCalledWithATextAsAWhole) {
    ChatHead head{"chatcmpl-1", "m", 7};
    head.custom_tools = {"f"};
    ChatStream stream(head, 0);
    std::string out;
    wire::Delta pieces;
    pieces.call_pieces = {{0, "call_1", "f", R"({"input":"a)"}};
    stream.piece(out, pieces);
    EXPECT_EQ(out, "");
    wire::Delta whole;
    whole.tool_calls = {{"call_1", 0, "f", R"({"input":"a"})"}};
    stream.piece(out, whole);
    EXPECT_TRUE(out.contains(R"("tool_calls":[{"id":"call_1","index":0,"type":"custom",)"
                             R"("custom":{"name":"f","input":"a"}}])"))
        << out;
    EXPECT_TRUE(chat_body(head, {{whole, "tool_calls"}}, {})
                    .contains(R"("type":"custom","custom":{"name":"f","input":"a"})"));
}

}  // namespace
}  // namespace corral::api::openai
