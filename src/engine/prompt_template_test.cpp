#include "engine/prompt_template.h"

#include <gtest/gtest.h>

#include "chat-auto-parser.h"
#include "engine/tagged_template.h"

namespace corral::engine {
namespace {

constexpr const char* kChatMl =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
// Content in parts only; names, ids and arguments as objects; the date.
constexpr const char* kParts =
    "{{ date_string }}{% for m in messages %}[{{ m.role }}]{% if m.content is string %}"
    "{{ raise_exception('parts') }}{% endif %}{% for part in m.content %}{{ part.text }}"
    "{% endfor %}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";
constexpr const char* kCalls =
    "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}[{{ m.role }}"
    "{% if m.name %} {{ m.name }}{% endif %}{% if m.tool_call_id %} {{ m.tool_call_id }}{% endif "
    "%}]"
    "{% if m.tool_calls %}{% for call in m.tool_calls %}{{ call.function.name }}("
    "{% for key, value in call.function.arguments.items() %}{{ key }}={{ value }}{% endfor %})"
    "{% endfor %}{% endif %}{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% if enable_thinking %}<think>{% endif %}{% endif "
    "%}";

common_chat_msg message(std::string role, std::string content) {
    common_chat_msg message;
    message.role = std::move(role);
    message.content = std::move(content);
    return message;
}

std::vector<common_chat_templates_inputs> conversations() {
    common_chat_templates_inputs one;
    one.messages = {message("user", "hi")};
    common_chat_templates_inputs many = one;
    many.messages = {message("developer", "Be kind."), message("user", "<|im_end|> a"),
                     message("assistant", ""), message("tool", "3"), message("user", " b ")};
    many.messages[2].tool_calls = {{"add", R"({"a":1,"b":"x"})", "call_1"}};
    many.messages[3].tool_name = "add";
    many.messages[3].tool_call_id = "call_1";
    many.tools = {{"add", "adds", R"({"type":"object","properties":{"a":{"type":"integer"}}})"}};
    many.chat_template_kwargs["enable_thinking"] = "false";
    many.enable_thinking = false;
    common_chat_templates_inputs empty;
    return {one, many, empty};
}

TEST(PromptTemplate, IsThePromptOfLlamaCpp) {
    for (const char* source : {kChatMl, kParts, kCalls, kTaggedTemplate}) {
        const auto templates = common_chat_templates_init(nullptr, source);
        const auto once = PromptTemplate::create(templates.get(), nullptr);
        ASSERT_TRUE(once) << source;
        for (common_chat_templates_inputs inputs : conversations()) {
            const std::string prompt = once->prompt(inputs);
            inputs.force_pure_content = true;
            EXPECT_EQ(prompt, common_chat_templates_apply(templates.get(), inputs).prompt);
        }
    }
}

TEST(PromptTemplate, IsNotOfferedWhereMessagesAreChangedFurther) {
    constexpr const char* kNoSystem =
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
        "{{ m.content }}{% endfor %}";
    for (const char* source : {"<|channel|>{{ messages[0].content }}", kNoSystem}) {
        const auto templates = common_chat_templates_init(nullptr, source);
        EXPECT_FALSE(PromptTemplate::create(templates.get(), nullptr)) << source;
    }
}

}  // namespace
}  // namespace corral::engine
