#include "models/go_template_facts.h"

#include <gtest/gtest.h>

namespace corral::models {
namespace {

TEST(GoTemplateFacts, FindsVariables) {
    const auto facts = go_template_facts(
        "{{ if .Tools }}{{ range $i, $t := .Tools }}{{ $t.Function }}{{ end }}{{ end }}{{ .Suffix "
        "}}");
    EXPECT_TRUE(facts.uses_tools);
    EXPECT_TRUE(facts.uses_suffix);
    EXPECT_TRUE(facts.variables.contains("$t"));
    EXPECT_TRUE(facts.variables.contains("function"));
    EXPECT_FALSE(
        go_template_facts("{{ .Prompt }} tools {{ \".Tools\" }}{{/* .Tools */}}").uses_tools);
}

void check_tags(std::string_view text, std::string_view opening, std::string_view closing) {
    const auto facts = go_template_facts(text);
    EXPECT_EQ(facts.opening_tag, opening) << text;
    EXPECT_EQ(facts.closing_tag, closing) << text;
    EXPECT_EQ(facts.thinks, !opening.empty() && !closing.empty()) << text;
}

TEST(GoTemplateFacts, InfersThinkingTags) {
    check_tags(
        "{{ range .Messages }}{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}{{ end }}",
        "<think>", "</think>");
    check_tags(
        "{{ range .Messages }}{{ if and .Thinking (eq .Role \"assistant\") -}}\n<r>\n{{ .Thinking "
        "}}\n</r>\n{{ end }}{{ end }}",
        "<r>", "</r>");
    check_tags("{{ range .Other }}<think>{{ .Thinking }}</think>{{ end }}", "", "");
    check_tags("<think>{{ .Thinking }}</think>", "", "");
    check_tags("{{ range $i, $m := .Messages }}<a>{{ $m.Thinking }}</a>{{ end }}", "", "");
}

void check_error(std::string_view text, std::string_view reason) {
    const auto checked = check_go_template(text);
    ASSERT_FALSE(checked.has_value()) << text;
    EXPECT_EQ(checked.error().message, "template error: template: " + std::string(reason));
    EXPECT_EQ(checked.error().http_status, 400);
}

TEST(GoTemplateCheck, SeesBrokenStructure) {
    check_error("{{ .Prompt", ":1: unclosed action");
    check_error("a\n{{ if .X }}b", ":2: unexpected EOF");
    check_error("{{ end }}", ":1: unexpected {{end}}");
    check_error("x {{ else }}", ":1: unexpected {{else}}");
    check_error("{{ if .A }}{{ else }}{{ else }}{{ end }}", ":1: expected end; found {{else}}");
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += "{{ if .A }}";
    EXPECT_FALSE(check_go_template(deep).has_value());
    std::string chain = "{{ if .A }}";
    for (int i = 0; i < 100'000; ++i) chain += "{{ else if .A }}";
    EXPECT_FALSE(check_go_template(chain).has_value());
}

TEST(GoTemplateCheck, AcceptsWhatGoAccepts) {
    for (const char* text :
         {"", "plain } text }}", "{{ .Prompt }}", "{{- /* note }} */ -}} x",
          "{{ if eq .A \"}}\" }}{{ end }}", "{{ if .A }}{{ else if .B }}{{ else }}{{ end }}",
          "{{ with $x := .A }}{{ else with .B }}{{ end }}",
          "{{ define \"x\" }}{{ end }}{{ template \"x\" . }}",
          "{{ range .A }}{{ break }}{{ else }}{{ end }}"})
        EXPECT_TRUE(check_go_template(text).has_value()) << text;
}

}  // namespace
}  // namespace corral::models
