#include "prompt/model_template.h"

#include <gtest/gtest.h>

namespace corral::prompt {
namespace {

wire::Message message(std::string role, std::string content) {
    return {.role = std::move(role), .content = std::move(content)};
}

const std::string kNoTools;

std::string render(std::string_view text, const std::vector<wire::Message>& messages,
                   const std::string& tools = kNoTools,
                   wire::Thinking thinking = wire::Thinking::unset) {
    const auto parsed = ModelTemplate::parse(std::string(text));
    if (!parsed) return parsed.error().message;
    const auto rendered = parsed->render(Conversation{messages, tools, thinking});
    return rendered ? *rendered
                    : fmt::format("{} {}", rendered.error().http_status, rendered.error().message);
}

const std::vector<wire::Message> kTalk = {message("system", "S"), message("user", "U1"),
                                          message("assistant", "A1"), message("user", "U2")};

TEST(ModelTemplate, GivesTheWholeConversation) {
    EXPECT_EQ(
        render("{{ .System }}|{{ range .Messages }}[{{ .Role }}]{{ .Content }}{{ end }}", kTalk),
        "S|[system]S[user]U1[assistant]A1[user]U2");
    EXPECT_EQ(
        render("{{ .Prompt }}{{ .Suffix }}{{ .Response }}|{{ .Tools }}{{ len .Messages }}", kTalk),
        "<no value><no value>|null4");
}

TEST(ModelTemplate, MergesMessagesOfOneRole) {  // 12.2
    EXPECT_EQ(render("{{ .System }}{{ range .Messages }}[{{ .Role }}:{{ .Content }}]{{ end }}",
                     {message("system", "a"), message("user", "b"), message("user", "c"),
                      message("tool", "d"), message("tool", "e"), message("system", "f")}),
              "a\n\nf[system:a][user:b\n\nc][tool:d][tool:e][system:f]");
}

TEST(ModelTemplate, RunsOlderTemplatesTurnByTurn) {  // 12.3
    constexpr std::string_view kText = "[S]{{ .System }}[U]{{ .Prompt }}[A]{{ .Response }}[E]";
    EXPECT_EQ(render(kText, {message("user", "Hi")}), "[S][U]Hi[A]");
    EXPECT_EQ(render(kText, {message("user", "Hi"), message("assistant", "Ok")}), "[S][U]Hi[A]Ok");
    EXPECT_EQ(render(kText, kTalk), "[S]S[U]U1[A]A1[E][S][U]U2[A]");
    EXPECT_EQ(render(kText, {message("system", "a"), message("system", "b"), message("user", "c"),
                             message("system", "d"), message("tool", "x"), message("user", "e")}),
              "[S]a\n\nb[U]c[A][E][S]d[U]e[A]");
}

TEST(ModelTemplate, CutsInsideOfBranches) {
    EXPECT_EQ(render("{{ if .Prompt }}U:{{ .Prompt }} {{ end }}{{ if .Response }}never{{ end }}"
                     "{{ if true }}A:{{ .Response }}!{{ else }}x{{ end }}E",
                     {message("user", "Hi"), message("assistant", "Ok"), message("user", "Yo")}),
              "U:Hi neverA:Ok!EU:Yo A:");
    EXPECT_EQ(render("{{ print .Prompt .Response \"z\" }}|", {message("user", "a")}), "a");
}

TEST(ModelTemplate, AppendsTheResponse) {  // 11.4
    EXPECT_EQ(render("{{ .Prompt }}",
                     {message("user", "a"), message("assistant", "b"), message("user", "c")}),
              "abc");
}

TEST(ModelTemplate, FillsGaps) {
    const auto parsed = ModelTemplate::parse("<p>{{ .Prompt }}<s>{{ .Suffix }}<m>{{ .Response }}");
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->render(Gap{"a", "b", wire::Thinking::unset}).value_or(""), "<p>a<s>b<m>");
}

TEST(ModelTemplate, TellsAboutThinking) {  // 12.1
    constexpr std::string_view kText =
        "{{ range .Messages }}{{ end }}{{ .Think }}/{{ .ThinkLevel }}/{{ .IsThinkSet }}";
    const auto told = [&](wire::Thinking thinking) {
        return render(kText, {}, kNoTools, thinking);
    };
    EXPECT_EQ(told(wire::Thinking::unset), "false//false");
    EXPECT_EQ(told(wire::Thinking::off), "false//true");
    EXPECT_EQ(told(wire::Thinking::on), "true/medium/true");
    EXPECT_EQ(told(wire::Thinking::low), "true/low/true");
    EXPECT_EQ(told(wire::Thinking::max), "true/max/true");
}

const std::string kWeather =
    R"([{"type":"function","function":{"name":"weather","parameters":{"type":"object",)"
    R"("required":["city"],"properties":{"unit":{"type":["string","null"],"enum":["C","F"]},)"
    R"("city":{"type":"string","description":"the <city>"},"days":{"anyOf":[{"type":"integer"},)"
    R"({"type":"array"}]}}}}}])";

TEST(ModelTemplate, PrintsTools) {  // 12.4
    const std::string json =
        R"({"type":"function","function":{"name":"weather","description":"","parameters":)"
        R"({"type":"object","required":["city"],"properties":{"city":{"type":"string",)"
        R"("description":"the \u003ccity\u003e"},"days":{"anyOf":[{"type":"integer"},)"
        R"({"type":"array"}]},"unit":{"type":["string","null"],"enum":["C","F"]}}}}})";
    EXPECT_EQ(render("{{ range .Messages }}{{ end }}{{ .Tools }}", {}, kWeather), "[" + json + "]");
    EXPECT_EQ(
        render("{{ range .Messages }}{{ end }}{{ range .Tools }}{{ . }}{{ end }}", {}, kWeather),
        json);
    EXPECT_EQ(render("{{ range .Messages }}{{ end }}{{ range .Tools }}{{ json "
                     ".Function.Parameters.Required }}"
                     "{{ .Function.Name }}{{ end }}",
                     {}, kWeather),
              R"(["city"]weather)");
    EXPECT_EQ(render("{{ range .Messages }}{{ end }}{{ range .Tools }}{{ .Function }}{{ end }}", {},
                     kWeather),
              json.substr(30, json.size() - 31));
}

TEST(ModelTemplate, NamesTypesForTypeScript) {
    EXPECT_EQ(render("{{ range .Messages }}{{ end }}{{ range .Tools }}"
                     "{{ range $name, $p := .Function.Parameters.Properties }}"
                     "{{ $name }}:{{ toTypeScriptType $p }}={{ $p.Type }};{{ end }}{{ end }}",
                     {}, kWeather),
              "city:string=string;days:number | any[]=;unit:string | null=[string null];");
}

TEST(ModelTemplate, PrintsToolCalls) {
    wire::Message call = message("assistant", "");
    call.tool_calls = {{"call_1", 0, "weather", R"({"unit":"C","city":"Rome","n":3})"}};
    wire::Message result = message("tool", "sunny");
    result.tool_name = "weather";
    result.tool_call_id = "call_1";
    EXPECT_EQ(render("{{ range .Messages }}{{ range .ToolCalls }}{{ .ID }} {{ .Function.Name }} "
                     "{{ .Function.Arguments }} {{ .Function.Arguments.city }}|{{ .Function }}|"
                     "{{ json . }}{{ end }}{{ .ToolName }}{{ .ToolCallID }}{{ end }}",
                     {call, result}),
              R"(call_1 weather {"city":"Rome","n":3,"unit":"C"} Rome|{0 weather )"
              R"({"city":"Rome","n":3,"unit":"C"}}|{"ID":"call_1","Function":{"Index":0,)"
              R"("Name":"weather","Arguments":{"city":"Rome","n":3,"unit":"C"}}}weathercall_1)");
}

TEST(ModelTemplate, ReportsErrorsOfRendering) {
    EXPECT_EQ(render("{{ range .Messages }}{{ .Nope }}{{ end }}", kTalk),
              "500 template: :1:24: executing \"\" at <.Nope>: can't evaluate field Nope in type "
              "*template.templateMessage");
}

TEST(TemplateFacts, KnowVariables) {  // 11.4
    const auto parsed = ModelTemplate::parse(
        "{{ if .A.B }}{{ $x := .C }}{{ $x.D | print (len .E) }}{{ end }}{{ (index .F 0).G }}"
        "{{ define \"t\" }}{{ range $.H }}{{ else }}{{ .I }}{{ end }}{{ end }}{{ template \"t\" .J "
        "}}");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(parsed->facts().variables, (std::set<std::string, std::less<>>{
                                             "a", "b", "c", "$x", "d", "e", "$", "h", "i", "j"}));
}

TEST(TemplateFacts, InferThinkingTags) {  // 15.1
    const auto tags = [](std::string_view text) -> std::string {
        const auto parsed = ModelTemplate::parse(std::string(text));
        if (!parsed || !parsed->facts().thinking) return "none";
        return parsed->facts().thinking->opening + " " + parsed->facts().thinking->closing;
    };
    EXPECT_EQ(tags("{{ range .Messages }}{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end "
                   "}}{{ end }}"),
              "<think> </think>");
    EXPECT_EQ(tags("{{ range $i, $_ := .Messages }}a {{ if .Thinking }}\n<t>\n{{ .Thinking }} </t> "
                   "{{ end }}{{ end }}"),
              "<t> </t>");
    EXPECT_EQ(
        tags("{{ range $.Messages }}{{ if .Thinking }}<t>{{ .Thinking }}</t>{{ end }}{{ end }}"),
        "none");
    EXPECT_EQ(
        tags("{{ range .Messages }}{{ range .ToolCalls }}<t>{{ .Thinking }}</t>{{ end }}{{ end }}"),
        "none");
    EXPECT_EQ(tags("{{ range .Messages }}{{ .Thinking }}</t>{{ end }}"), "none");
    EXPECT_EQ(tags("<t>{{ .Thinking }}</t>{{ range .Messages }}{{ end }}"), "none");
}

TEST(TemplateFacts, KnowTheMarkOfToolCalls) {  // 16.1
    const auto mark = [](std::string_view text) {
        return ModelTemplate::parse(std::string(text))->facts().tool_mark;
    };
    EXPECT_EQ(mark(R"({{ if .ToolCalls }}<tool_call>{"name": {{ .X }}{{ end }})"), "<tool_call>");
    EXPECT_EQ(mark("{{ range .Messages }}{{ if .A }}{{ else if .ToolCalls }}\n[TOOL_CALLS] [{{ end "
                   "}}{{ end }}"),
              "[TOOL_CALLS] [");
    EXPECT_EQ(mark(R"({{ if and .A .ToolCalls }}{{ range .ToolCalls }}{"name"{{ end }}{{ end }})"),
              "{");
    EXPECT_EQ(mark("{{ if .ToolCalls }}{{ .X }}<t>{{ end }}"), "{");
    EXPECT_EQ(mark("{{ if .ToolCalls }}  {{ range .ToolCalls }}\r\n<t>\r\nx{{ end }}{{ end }}"),
              "<t>\nx");
    EXPECT_EQ(mark("{{ .Prompt }}"), "{");
}

TEST(TemplateFacts, KnowToolRoundTrips) {
    const auto has = [](std::string_view text) {
        return ModelTemplate::parse(std::string(text))->facts().has_tool_round_trip;
    };
    EXPECT_TRUE(has(
        R"({{ .Tools }}{{ range .Messages }}{{ .ToolCalls }}{{ if eq .Role "tool" }}{{ end }}{{ end }})"));
    EXPECT_TRUE(has("{{ .Tools }}{{ range .Messages }}{{ .ToolCalls }}<tool_response>{{ end }}"));
    EXPECT_FALSE(has("{{ .Tools }}{{ range .Messages }}<tool_response>{{ end }}"));
    EXPECT_FALSE(has("{{ .Tools }}{{ range .Messages }}{{ .ToolCalls }}{{ end }}"));
}

}  // namespace
}  // namespace corral::prompt
