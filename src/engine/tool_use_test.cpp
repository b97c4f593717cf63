#include <gtest/gtest.h>

#include "engine/chat_constraint.h"
#include "engine/tagged_template.h"
#include "engine/tool_definitions.h"

namespace corral::engine {
namespace {

constexpr const char* kWithoutTools =
    "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}";
const std::string kTwoTools =
    R"([{"type":"function","function":{"name":"add","parameters":{"type":"object","properties":{}}}},)"
    R"({"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{}}}}])";

Result<RenderedChat> render_with(const char* source, const wire::ToolUse& tool_use) {
    const wire::Format format;
    const std::vector<wire::Message> question = {{.role = "user", .content = "hi"}};
    auto made = ChatTemplate::create(nullptr, source);
    if (!made) return std::unexpected(made.error());
    return render_chat(*made, {question, kTwoTools, wire::Thinking::unset, format, tool_use});
}

TEST(ToolUseTest, BindsACallOnlyOnceItBegins) {
    const auto chat = render_with(kTaggedTemplate, {});
    ASSERT_TRUE(chat) << chat.error().message;
    ASSERT_TRUE(chat->constraint);
    EXPECT_TRUE(chat->constraint->grammar.empty());
    EXPECT_FALSE(chat->constraint->tool_grammar.empty());
}

TEST(ToolUseTest, RequiresACallBehindThinking) {
    const auto chat = render_with(kTaggedTemplate, {wire::ToolChoice::required, {}, false});
    ASSERT_TRUE(chat) << chat.error().message;
    ASSERT_TRUE(chat->constraint);
    EXPECT_TRUE(chat->constraint->after_thinking);
    EXPECT_TRUE(chat->constraint->must_call);
    EXPECT_NE(chat->constraint->tool_grammar.find("add"), std::string::npos);
    EXPECT_NE(chat->constraint->tool_grammar.find("weather"), std::string::npos);
}

TEST(ToolUseTest, AllowsSomeToolsAndOffersAll) {
    for (const auto choice : {wire::ToolChoice::automatic, wire::ToolChoice::required}) {
        const auto chat = render_with(kTaggedTemplate, {choice, {"add"}, false});
        ASSERT_TRUE(chat) << chat.error().message;
        ASSERT_TRUE(chat->constraint);
        const auto grammar = chat->constraint->grammar + chat->constraint->tool_grammar;
        EXPECT_NE(grammar.find("add"), std::string::npos);
        EXPECT_EQ(grammar.find("weather"), std::string::npos);
        EXPECT_NE(chat->params.prompt.find("weather"), std::string::npos);
    }
}

TEST(ToolUseTest, RefusesToRequireWhatATemplateLacks) {
    const auto chat = render_with(kWithoutTools, {wire::ToolChoice::required, {}, false});
    if (chat) {  // llama.cpp has a notation of its own for such templates
        ASSERT_TRUE(chat->constraint);
        EXPECT_FALSE(chat->constraint->grammar.empty());
    } else {
        EXPECT_EQ(chat.error().http_status, 400);
    }
}

TEST(ToolDefinitionsTest, KnowsNames) {
    EXPECT_EQ(tool_names(kTwoTools), (std::vector<std::string>{"add", "weather"}));
    EXPECT_EQ(tool_names("nonsense"), std::vector<std::string>{});
    EXPECT_EQ(tool_names(tools_named(kTwoTools, {"weather"})), std::vector<std::string>{"weather"});
    EXPECT_EQ(tools_named(kTwoTools, {}), kTwoTools);
    EXPECT_EQ(tools_named(kTwoTools, {"x"}), "[]");
}

}  // namespace
}  // namespace corral::engine
