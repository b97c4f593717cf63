#include "api/common/tool_use.h"

#include <gtest/gtest.h>

#include "api/openai/chat_request.h"

namespace corral::api {
namespace {

constexpr std::string_view kTools =
    R"([{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}])";

// What a chat with two tools and this tool_choice comes to: "required f g, once", or the error.
std::string openai_use(std::string_view choice, std::string_view more = "") {
    const auto chat = openai::decode_chat(
        fmt::format(R"({{"model":"m","messages":[{{"role":"user","content":"x"}}],"tools":{},)"
                    R"("tool_choice":{}{}}})",
                    kTools, choice, more));
    if (!chat) return chat.error().message;
    const auto& native = chat->native;
    if (native.tools_json.empty()) return "none";
    std::string use =
        native.tool_use.choice == wire::ToolChoice::required ? "required" : "automatic";
    for (const auto& name : native.tool_use.allowed) use += " " + name;
    return use + (native.tool_use.one_call ? ", once" : "");
}

TEST(ToolUse, IsWhatOpenAiCallsIt) {
    EXPECT_EQ(openai_use("null"), "automatic");
    EXPECT_EQ(openai_use(R"("auto")"), "automatic");
    EXPECT_EQ(openai_use(R"("none")"), "none");
    EXPECT_EQ(openai_use(R"("required")"), "required");
    EXPECT_EQ(openai_use(R"({"type":"function","function":{"name":"g"}})"), "required g");
    EXPECT_EQ(openai_use(R"({"type":"function","name":"g"})"), "required g");
    const std::string two = R"([{"type":"function","function":{"name":"f"}},)"
                            R"({"type":"function","name":"g"}])";
    EXPECT_EQ(openai_use(R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":)" +
                         two + "}}"),
              "automatic f g");
    EXPECT_EQ(openai_use(R"({"type":"allowed_tools","mode":"required","tools":)" + two + "}"),
              "required f g");
    EXPECT_EQ(openai_use(R"("auto")", R"(,"parallel_tool_calls":false)"), "automatic, once");
    EXPECT_EQ(openai_use(R"("auto")", R"(,"parallel_tool_calls":true)"), "automatic");
}

TEST(ToolUse, IsRefusedWhenItCannotBe) {
    EXPECT_EQ(openai_use(R"({"type":"function","function":{"name":"h"}})"),
              R"(tool_choice names "h", which is not among the tools)");
    for (const auto* choice :
         {"7", R"("maybe")", R"({"type":"nonsense"})", R"({"type":"function"})",
          R"({"type":"allowed_tools","mode":"auto","tools":[]})"}) {
        EXPECT_TRUE(openai_use(choice).starts_with("invalid tool_choice")) << choice;
    }
    ollama::ChatRequest bare;
    const auto applied = apply_tool_use({AskedToolUse::Mode::required, {}}, bare);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().message, "tool_choice requires a tool call, but there are no tools");
    EXPECT_TRUE(apply_tool_use({AskedToolUse::Mode::none, {}}, bare));
    EXPECT_TRUE(apply_tool_use({}, bare));
}

}  // namespace
}  // namespace corral::api
