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

TEST(TemplateKind, TellsTemplatesApart) {
    using enum TemplateKind;
    const auto kind = [](std::optional<std::string> layer, std::string file) {
        return template_kind(record_with(std::move(layer), std::move(file)));
    };
    EXPECT_EQ(kind(std::nullopt, ""), none);
    EXPECT_EQ(kind(std::nullopt, "{{ x }}"), TemplateKind::file);
    EXPECT_EQ(kind("{{ .Prompt }}", "{{ x }}"), prompt);
    EXPECT_EQ(kind("{{- .Prompt -}}", ""), go);
    EXPECT_EQ(kind("{{ if .System }}{{ .System }}{{ end }}", ""), go);
    EXPECT_EQ(kind("{{ if .System }}{{ .System }}{{ end }}", "{{ x }}"), TemplateKind::file);
    EXPECT_EQ(kind("{% for m in messages %}{{ m.content }}{% endfor %}", ""), jinja);
    EXPECT_EQ(kind("{{ messages[0].content }}", ""), jinja);
    EXPECT_EQ(kind("{{- range $i, $_ := .Messages }}x{{ end }}", ""), go);
    EXPECT_EQ(kind("no action at all", ""), go);
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
    EXPECT_EQ(generated(R"({"prompt":"x","template":"{{ .Prompt }}"})", kWithFileTemplate), "x");
    EXPECT_EQ(chatted(R"({"messages":[{"role":"user","content":"x"}]})", kWithoutTemplate),
              "[user] x ");
}

TEST(MakePrompt, CarriesOutTheTemplateThatPrintsThePrompt) {
    const auto record = record_with("{{ .Prompt }}", "{{ messages }}");
    EXPECT_EQ(generated(R"({"prompt":"x"})", record), "x");
    EXPECT_EQ(chatted(R"({"messages":[{"role":"system","content":"s"},
        {"role":"user","content":"a"},{"role":"assistant","content":"b"},
        {"role":"user","content":"c"}]})",
                      record),
              "abc");
}

TEST(MakePrompt, RefusesGoTemplatesHonestly) {
    const auto record = record_with("{{ .System }} {{ .Prompt }}", "");
    EXPECT_EQ(generated(R"({"prompt":"x"})", record), "501");
    EXPECT_EQ(chatted(R"({"messages":[{"role":"user","content":"x"}]})", record), "501");
    EXPECT_EQ(generated(R"({"prompt":"x","template":"{{ .System }}"})", kWithFileTemplate), "501");
    EXPECT_EQ(generated(R"({"prompt":"x","suffix":"y"})", kWithFileTemplate), "501");
}

TEST(MakePrompt, TakesTemplatesInJinja) {
    const auto text = "{% for m in messages %}{{ m.content }}{% endfor %}";
    const auto record = record_with(text, "{{ other }}");
    const auto stored = make_prompt(*decode_generate(R"({"prompt":"x"})"), record);
    EXPECT_EQ(std::get<wire::ChatPrompt>(*stored).template_override, text);
    const auto given = make_prompt(
        *decode_generate(R"({"prompt":"x","template":"{{ messages }}"})"), kWithoutTemplate);
    EXPECT_EQ(std::get<wire::ChatPrompt>(*given).template_override, "{{ messages }}");
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
