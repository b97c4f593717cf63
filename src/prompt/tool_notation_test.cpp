#include "prompt/tool_notation.h"

#include <gtest/gtest.h>

namespace corral::prompt {
namespace {

std::optional<ToolNotation> notation_of(std::string text) {
    const auto parsed = ModelTemplate::parse(std::move(text));
    EXPECT_TRUE(parsed) << parsed.error().message;
    return tool_notation(*parsed);
}

TEST(ToolNotationTest, IsWhatATemplateWrites) {
    EXPECT_EQ(notation_of("{{ range .Messages }}<|{{ .Role }}|>{{ .Content }}{{ range .ToolCalls }}"
                          "<tool_call>\n{\"name\": \"{{ .Function.Name }}\", \"arguments\": "
                          "{{ .Function.Arguments }}}\n</tool_call>{{ end }}{{ end }}{{ .Tools }}")
                  .value_or(ToolNotation{}),
              (ToolNotation{"{\"name\": \"", "\", \"arguments\": ", "}"}))
        << "without an if, only the brace is seen";
    EXPECT_EQ(notation_of("{{ range .Messages }}{{ .Content }}{{ if .ToolCalls }}{{ range "
                          ".ToolCalls }}<tool_call>\n{\"name\": \"{{ .Function.Name }}\", "
                          "\"arguments\": {{ .Function.Arguments }}}\n</tool_call>{{ end }}"
                          "{{ end }}{{ end }}{{ .Tools }}"),
              (ToolNotation{"<tool_call>\n{\"name\": \"", "\", \"arguments\": ", "}"}));
    EXPECT_EQ(notation_of("{{ range .Messages }}{{ .Content }}{{ if .ToolCalls }}[TOOL_CALLS] ["
                          "{{ range .ToolCalls }}{\"name\": \"{{ .Function.Name }}\", "
                          "\"arguments\": {{ json .Function.Arguments }}}{{ end }}]</s>{{ end }}"
                          "{{ end }}{{ .Tools }}"),
              (ToolNotation{"[TOOL_CALLS] [{\"name\": \"", "\", \"arguments\": ", "}"}));
}

TEST(ToolNotationTest, IsNotToBeHadFromEveryTemplate) {
    for (const char* text :
         {"{{ .Prompt }}", "{{ range .Messages }}{{ .Content }}{{ end }}",
          "{{ range .Messages }}{{ .Content }}{{ range .ToolCalls }}{{ .Function.Name }}{{ end }}"
          "{{ end }}",
          "{{ range .Messages }}{{ .Content }}{{ range .ToolCalls }}{{ .Function.Arguments }} "
          "{\"name\": \"{{ .Function.Name }}\"}{{ end }}{{ end }}"})
        EXPECT_FALSE(notation_of(text)) << text;
}

}  // namespace
}  // namespace corral::prompt
