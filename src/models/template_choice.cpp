#include "models/template_choice.h"

#include <algorithm>

#include "models/resolve.h"
#include "prompt/model_template.h"

namespace corral::models {

namespace {

using Names = std::vector<std::string>;

bool has_name(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool jinja_has_tool_round_trip(std::string_view text) {
    const auto has = [text](std::string_view part) { return text.contains(part); };
    if (!has("tools") && !has("tool_call")) return false;
    if (!has("tool_calls") && !has("assistant_tool_call")) return false;
    if (has("tool_response") || has("tool_results") || has("ipython")) return true;
    for (const std::string_view comparison :
         {"role'] == 'tool'", "role'] == \"tool\"", "role\"] == 'tool'", "role\"] == \"tool\"",
          "message.role == 'tool'", "message.role == \"tool\""})
        if (has(comparison)) return true;
    return false;
}

bool go_has_tool_round_trip(std::string_view text) {
    const auto parsed = prompt::ModelTemplate::parse(std::string(text));
    return parsed && parsed->facts().has_tool_round_trip;
}

// Whether the file's template is the better of the two.
bool prefers_file(std::string_view jinja, std::string_view go) {
    const Names of_file = jinja_capabilities(jinja);
    const Names of_layer = go_capabilities(go);
    if (of_file.size() > of_layer.size())
        return !go_has_tool_round_trip(go) || jinja_has_tool_round_trip(jinja);
    const bool are_same = std::ranges::is_permutation(of_file, of_layer);
    return are_same && has_name(of_file, "tools") && jinja_has_tool_round_trip(jinja) &&
           !go_has_tool_round_trip(go);
}

bool is_harmony(const ModelRecord& record) {
    const std::string& family = record.config.model_family;
    return (family == "gptoss" || family == "gpt-oss") && record.go_template &&
           record.go_template->contains("<|start|>") && record.go_template->contains("<|end|>");
}

}  // namespace

TemplateChoice choose_template(const ModelRecord& record, std::optional<bool> go_template) {
    const std::string jinja = record.weights ? record.weights->chat_template : std::string();
    if (record.go_template && is_jinja_template(*record.go_template))
        return TemplateChoice::jinja_layer;
    const bool has_own_format =
        !record.config.renderer.empty() || !record.config.parser.empty() || is_harmony(record);
    if (has_own_format) return jinja.empty() ? TemplateChoice::unsupported : TemplateChoice::file;
    if (!record.go_template) return jinja.empty() ? TemplateChoice::none : TemplateChoice::file;
    if (jinja.empty())
        return go_template.value_or(true) ? TemplateChoice::go_layer : TemplateChoice::none;
    const bool uses_file = go_template ? !*go_template : prefers_file(jinja, *record.go_template);
    return uses_file ? TemplateChoice::file : TemplateChoice::go_layer;
}

bool is_jinja_template(std::string_view text) {
    if (!text.contains("{%")) return false;
    const auto parsed = prompt::ModelTemplate::parse(std::string(text));
    return !parsed || parsed->facts().variables.empty();
}

Names jinja_capabilities(std::string_view text) {
    const auto has = [text](std::string_view part) { return text.contains(part); };
    Names names;
    if (has("tools") || has("tool_call")) names.emplace_back("tools");
    const bool splits = has("content.split('</think>')") || has("content.split(\"</think>\")");
    if ((has("<think>") && has("</think>")) ||
        (splits && !has("reasoning_content") && !has("<SPECIAL_12>")))
        names.emplace_back("thinking");
    return names;
}

Names go_capabilities(std::string_view text) {
    const auto parsed = prompt::ModelTemplate::parse(std::string(text));
    if (!parsed) return {};
    const prompt::TemplateFacts& facts = parsed->facts();
    Names names;
    if (facts.uses("tools")) names.emplace_back("tools");
    if (facts.uses("suffix")) names.emplace_back("insert");
    if (facts.thinking) names.emplace_back("thinking");
    return names;
}

Result<void> check_template(std::string_view text) {
    const auto parsed = prompt::ModelTemplate::parse(std::string(text));
    if (parsed || text.contains("{%")) return {};
    return fail(Error{ErrorCode::invalid, "template error: " + parsed.error().message, {}, 400});
}

}  // namespace corral::models
