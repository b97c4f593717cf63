#include "prompt/tool_notation.h"

#include <array>
#include <string_view>
#include <vector>

namespace corral::prompt {
namespace {

// Nothing of these has a special place in a template.
constexpr std::string_view kQuestion = "corral-question";
constexpr std::string_view kName = "corral-name";
constexpr std::string_view kArguments = R"({"corral-key":"corral-value"})";
constexpr const char* kTools =
    R"([{"type":"function","function":{"name":"corral-tool","parameters":{"type":"object",)"
    R"("properties":{}}}}])";

// A conversation that ends with a call. The result behind it keeps templates from leaving the last
// message open.
Result<std::string> with_a_call(const ModelTemplate& parsed) {
    const std::string tools = kTools;
    const wire::ToolCall call{"corral-id", 0, std::string(kName), std::string(kArguments)};
    const std::array<wire::Message, 3> messages = {
        {{.role = "user", .content = std::string(kQuestion)},
         {.role = "assistant", .tool_calls = {call}},
         {.role = "tool", .content = "corral-result", .tool_name = std::string(kName)}}};
    return parsed.render(Conversation{messages, tools, wire::Thinking::off});
}

// What closes the brackets that are open at the end of a text, JSON strings passed over.
std::string closing_of(std::string_view text) {
    std::string closing;
    bool in_string = false;
    for (const char c : text) {
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if (c == '{') closing.insert(closing.begin(), '}');
        if (c == '[') closing.insert(closing.begin(), ']');
        if ((c == '}' || c == ']') && closing.starts_with(c)) closing.erase(0, 1);
    }
    return closing;
}

}  // namespace

std::optional<ToolNotation> tool_notation(const ModelTemplate& parsed) {
    const auto rendered = with_a_call(parsed);
    if (!rendered) return std::nullopt;
    const std::string_view text = *rendered;
    const std::size_t question = text.find(kQuestion);
    if (question == std::string_view::npos) return std::nullopt;
    const std::size_t name = text.find(kName, question);
    if (name == std::string_view::npos) return std::nullopt;
    const std::size_t begin = text.rfind(parsed.facts().tool_mark, name);
    if (begin == std::string_view::npos || begin < question) return std::nullopt;
    const std::size_t behind_name = name + kName.size();
    const std::size_t arguments = text.find(kArguments, behind_name);
    if (arguments == std::string_view::npos) return std::nullopt;
    ToolNotation notation;
    notation.before_name = text.substr(begin, name - begin);
    notation.before_arguments = text.substr(behind_name, arguments - behind_name);
    const auto object = notation.before_name.find('{');
    if (object != std::string::npos)
        notation.closing =
            closing_of(notation.before_name.substr(object) + notation.before_arguments);
    return notation;
}

}  // namespace corral::prompt
