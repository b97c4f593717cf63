#include "api/ollama/prompts.h"

#include <gtest/gtest.h>

#include "api/ollama/errors.h"

namespace corral::api::ollama {
namespace {

models::ModelRecord record_with(std::optional<std::string> go_template, std::string chat_template) {
    models::ModelRecord record{.name = *store::ModelName::parse("m")};
    record.go_template = std::move(go_template);
    record.weights = models::WeightsInfo{};
    record.weights->chat_template = std::move(chat_template);
    record.template_choice = models::choose_template(record, std::nullopt);
    return record;
}

const models::ModelRecord kWithFileTemplate = record_with(std::nullopt, "{{ messages }}");
const models::ModelRecord kWithoutTemplate = record_with(std::nullopt, "");

// The roles and texts of a conversation in one line, or the text of a plain prompt.
std::string shown(const Result<Prompt>& prompt) {
    if (!prompt) return fmt::format("{}", http_status(prompt.error()));
    if (const auto* text = std::get_if<wire::TextPrompt>(&*prompt)) return text->text;
    std::string out;
    for (const auto& message : std::get<wire::ChatPrompt>(*prompt).messages) {
        out += fmt::format("[{}] {} ", message.role, message.content);
    }
    return out;
}

std::string generated(std::string_view body, const models::ModelRecord& record) {
    return shown(make_prompt(*decode_generate(body), record));
}
std::string chatted(std::string_view body, const models::ModelRecord& record) {
    return shown(make_prompt(*decode_chat(body), record));
}

TEST(MakePrompt, PutsSystemAndStoredMessagesBeforeTheChat) {  // native-api.md 7.2
    auto record = kWithFileTemplate;
    record.system = "S";
    record.messages_json = R"([{"role":"user","content":"q"},{"role":"assistant","content":"a"}])";
    EXPECT_EQ(chatted(R"({"messages":[{"role":"user","content":"x"}]})", record),
              "[system] S [user] q [assistant] a [user] x ");
    EXPECT_EQ(chatted(R"({"messages":[{"role":"system","content":"T"},{"role":"user"}]})", record),
              "[user] q [assistant] a [system] T [user]  ");
}

TEST(MakePrompt, BuildsAConversationForGenerate) {  // native-api.md 7.2, 8.5, trap 12.27
    auto record = kWithFileTemplate;
    record.system = "S";
    record.messages_json = R"([{"role":"user","content":"q"}])";
    EXPECT_EQ(generated(R"({"prompt":"x"})", record), "[system] S [user] q [user] x ");
    EXPECT_EQ(generated(R"({"prompt":"x","system":"T"})", record), "[system] T [user] q [user] x ");
    EXPECT_EQ(generated(R"({"prompt":"x","context":[]})", record), "[system] S [user] x ");
    const auto prompt = make_prompt(*decode_generate(R"({"prompt":"x","context":[3,4]})"), record);
    EXPECT_EQ(std::get<wire::ChatPrompt>(*prompt).context, (std::vector<std::int32_t>{3, 4}));
    EXPECT_TRUE(std::get<wire::ChatPrompt>(*prompt).completion);
}

TEST(MakePrompt, MarksImagesInRenderedPrompts) {  // native-api.md 7.2, 13.3
    const auto rendered = [](std::string_view prompt) {
        return generated(fmt::format(R"({{"prompt":"{}","images":["aGk=","aGk="],)"
                                     R"("_debug_render_only":true}})",
                                     prompt),
                         kWithFileTemplate);
    };
    EXPECT_EQ(rendered("a [img] b [img] c"), "[user] a [img-0] b [img-1] c ");
    EXPECT_EQ(rendered("a [img]"), "[user] [img-1]a [img-0] ");
    EXPECT_EQ(rendered("a"), "[user] [img-0][img-1]a ");
}

TEST(MakePrompt, SendsBarePrompts) {  // native-api.md 7.1, 8.5, trap 12.28
    EXPECT_EQ(generated(R"({"prompt":"x","raw":true})", kWithFileTemplate), "x");
    EXPECT_EQ(generated(R"({"prompt":"x"})", kWithoutTemplate), "x");
    EXPECT_EQ(chatted(R"({"messages":[{"role":"user","content":"x"}]})", kWithoutTemplate),
              "[user] x ");
}

wire::ChatPrompt chat_prompt(const Result<Prompt>& prompt) {
    EXPECT_TRUE(prompt.has_value());
    return std::get<wire::ChatPrompt>(*prompt);
}

TEST(MakePrompt, LeavesGoTemplatesToTheRunner) {
    const auto record = record_with("{{ .System }} {{ .Prompt }}", "");
    const auto chat =
        chat_prompt(make_prompt(*decode_chat(R"({"messages":[{"role":"user"}]})"), record));
    EXPECT_EQ(chat.template_override, "{{ .System }} {{ .Prompt }}");
    EXPECT_EQ(chat.template_language, wire::TemplateLanguage::go);
    EXPECT_FALSE(chat.completion || chat.keep_all);
    const auto text = chat_prompt(make_prompt(*decode_generate(R"({"prompt":"x"})"), record));
    EXPECT_EQ(text.template_language, wire::TemplateLanguage::go);
    EXPECT_TRUE(text.completion);
}

TEST(MakePrompt, RunsTheTemplateOfTheRequest) {  // native-api.md 8.5
    const auto prompt = chat_prompt(
        make_prompt(*decode_generate(R"({"prompt":"x","system":"s","template":"{{ .Prompt }}"})"),
                    kWithFileTemplate));
    EXPECT_EQ(prompt.template_override, "{{ .Prompt }}");
    EXPECT_EQ(prompt.template_language, wire::TemplateLanguage::go);
    EXPECT_EQ(prompt.messages.size(), 2U);
    EXPECT_TRUE(prompt.completion && prompt.keep_all);
}

TEST(MakePrompt, FillsInTheMiddle) {  // native-api.md 8.5
    const auto record = record_with("{{ .Prompt }}<mid>{{ .Suffix }}", "{{ messages }}");
    const auto prompt = chat_prompt(
        make_prompt(*decode_generate(R"({"prompt":"a","suffix":"b","system":"s"})"), record));
    EXPECT_EQ(prompt.suffix, "b");
    EXPECT_EQ(prompt.messages.size(), 1U);
    EXPECT_EQ(prompt.messages.front().content, "a");
    EXPECT_EQ(prompt.template_override, "{{ .Prompt }}<mid>{{ .Suffix }}");
}

TEST(MakePrompt, FillsInByTheModelsOwnTokens) {  // beyond upstream
    auto record = record_with("{{ .Prompt }}", "");
    record.weights->can_fill = true;
    const auto request = decode_generate(R"({"prompt":"a","suffix":"b"})");
    const auto prompt = std::get<wire::TextPrompt>(*make_prompt(*request, record));
    EXPECT_EQ(prompt.text, "a");
    EXPECT_EQ(prompt.suffix, "b");
    record.go_template = "{{ .Prompt }}<mid>{{ .Suffix }}";
    EXPECT_EQ(chat_prompt(make_prompt(*request, record)).suffix, "b");
}

TEST(MakePrompt, RefusesMissingFormatsHonestly) {
    auto record = record_with(std::nullopt, "");
    record.config.renderer = "qwen3.5";
    record.template_choice = models::choose_template(record, std::nullopt);
    EXPECT_EQ(generated(R"({"prompt":"x"})", record), "501");
    EXPECT_EQ(chatted(R"({"messages":[{"role":"user","content":"x"}]})", record), "501");
}

TEST(MakePrompt, TakesTemplatesInJinja) {
    const auto text = "{% for m in messages %}{{ m.content }}{% endfor %}";
    const auto record = record_with(text, "{{ other }}");
    const auto stored = make_prompt(*decode_generate(R"({"prompt":"x"})"), record);
    EXPECT_EQ(std::get<wire::ChatPrompt>(*stored).template_override, text);
    const auto given =
        make_prompt(*decode_generate(R"({"prompt":"x","template":"{% if a %}b{% endif %}"})"),
                    kWithoutTemplate);
    EXPECT_EQ(std::get<wire::ChatPrompt>(*given).template_override, "{% if a %}b{% endif %}");
    EXPECT_EQ(std::get<wire::ChatPrompt>(*given).template_language, wire::TemplateLanguage::jinja);
}

TEST(MakePrompt, DropsEarlierThinkingForQwen3) {  // native-api.md 7.2
    const auto body = R"({"messages":[{"role":"user","content":"a"},
        {"role":"assistant","content":"<think>hm</think>\n\nb"},{"role":"user","content":"c"},
        {"role":"assistant","content":"<think>keep</think>"}]})";
    auto record = kWithFileTemplate;
    EXPECT_NE(chatted(body, record).find("hm"), std::string::npos);
    record.config.model_family = "qwen3";
    EXPECT_EQ(chatted(body, record),
              "[user] a [assistant] b [user] c [assistant] "
              "<think>keep</think> ");
}

}  // namespace
}  // namespace corral::api::ollama
