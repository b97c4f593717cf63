#include "models/template_choice.h"

#include <gtest/gtest.h>

#include "models/resolve.h"

namespace corral::models {
namespace {

using enum TemplateChoice;

ModelRecord record_with(std::optional<std::string> layer, std::string file) {
    ModelRecord record{.name = *store::ModelName::parse("m")};
    record.go_template = std::move(layer);
    record.weights = WeightsInfo{};
    record.weights->chat_template = std::move(file);
    return record;
}

TemplateChoice choice(std::optional<std::string> layer, std::string file,
                      std::optional<bool> go_template = std::nullopt) {
    return choose_template(record_with(std::move(layer), std::move(file)), go_template);
}

constexpr const char* kGo = "{{ range .Messages }}{{ .Content }}{{ end }}";
constexpr const char* kGoTools = "{{ .Tools }}{{ range .Messages }}{{ .ToolCalls }}{{ end }}";
constexpr const char* kGoRoundTrip =
    R"({{ .Tools }}{{ range .Messages }}{{ .ToolCalls }}{{ if eq .Role "tool" }}{{ end }}{{ end }})";
constexpr const char* kJinja = "{% for m in messages %}{% endfor %}";
constexpr const char* kJinjaTools = "{% if tools %}{% endif %}";
constexpr const char* kJinjaRoundTrip = "{% if tools %}tool_calls{% endif %}message.role == 'tool'";
constexpr const char* kJinjaThinking = "{% if tools %}<think></think>{% endif %}";

TEST(TemplateChoice, TakesWhatThereIs) {
    EXPECT_EQ(choice(std::nullopt, ""), none);
    EXPECT_EQ(choice(std::nullopt, kJinja), TemplateChoice::file);
    EXPECT_EQ(choice(kGo, ""), go_layer);
    EXPECT_EQ(choice(kJinja, ""), jinja_layer);
    EXPECT_EQ(choice(kJinja, kJinjaTools), jinja_layer);
    EXPECT_EQ(choice("no action at all", ""), go_layer);
}

TEST(TemplateChoice, PrefersTheFileThatCanDoMore) {  // native-api.md 7.1
    EXPECT_EQ(choice(kGo, kJinja), go_layer);
    EXPECT_EQ(choice(kGo, kJinjaTools), TemplateChoice::file);
    EXPECT_EQ(choice(kGoTools, kJinjaTools), go_layer);
    EXPECT_EQ(choice(kGoTools, kJinjaRoundTrip), TemplateChoice::file);
    EXPECT_EQ(choice(kGoRoundTrip, kJinjaRoundTrip), go_layer);
    EXPECT_EQ(choice(kGoTools, kJinjaThinking), TemplateChoice::file);
    EXPECT_EQ(choice(kGoRoundTrip, kJinjaThinking), go_layer);
}

TEST(TemplateChoice, ObeysTheSetting) {
    EXPECT_EQ(choice(kGo, kJinjaTools, true), go_layer);
    EXPECT_EQ(choice(kGo, kJinja, false), TemplateChoice::file);
    EXPECT_EQ(choice(kGo, "", false), none);
    EXPECT_EQ(choice(std::nullopt, kJinja, true), TemplateChoice::file);
}

TEST(TemplateChoice, FallsBackOnTheFileForMissingFormats) {
    auto record = record_with(kGo, kJinja);
    record.config.renderer = "qwen3.5";
    EXPECT_EQ(choose_template(record, std::nullopt), TemplateChoice::file);
    record.weights->chat_template.clear();
    EXPECT_EQ(choose_template(record, std::nullopt), unsupported);
    auto harmony = record_with("<|start|>{{ .Prompt }}<|end|>", "");
    EXPECT_EQ(choose_template(harmony, std::nullopt), go_layer);
    harmony.config.model_family = "gptoss";
    EXPECT_EQ(choose_template(harmony, std::nullopt), unsupported);
}

TEST(TemplateChoice, ChecksTemplatesOfCreate) {
    EXPECT_TRUE(check_template("{{ .Prompt }}").has_value());
    EXPECT_TRUE(check_template("{% if x %}{{ y['z'] }}{% endif %}").has_value());
    const auto error = [](std::string_view text) {
        const auto checked = check_template(text);
        return checked ? "" : checked.error().message;
    };
    EXPECT_EQ(error("{{ foo }}"), "template error: template: :1: function \"foo\" not defined");
    EXPECT_EQ(error("a\n{{ if .A }}"), "template error: template: :2: unexpected EOF");
    EXPECT_EQ(error("{{ define \"a\" }}{{ end }}{{ template \"a\" }}"),
              "template error: undefined template specified");
}

}  // namespace
}  // namespace corral::models
