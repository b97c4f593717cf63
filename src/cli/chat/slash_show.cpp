#include "base/text.h"
#include "cli/chat/slash.h"
#include "cli/json.h"
#include "cli/model_view.h"

namespace corral::cli {
namespace {

constexpr std::string_view kNoLicense = "No license was specified for this model.";
constexpr std::string_view kNoTemplate = "No prompt template was specified for this model.";
constexpr std::string_view kNoSystem = "No system message was specified for this model.";
constexpr std::string_view kNoParameters =
    "  No additional parameters were specified for this model.";

std::string option_text(const Json& value) {
    if (!value.is_array()) return value.is_string() ? value.get<std::string>() : value.dump();
    std::vector<std::string> parts;
    for (const auto& item : value) parts.push_back(option_text(item));
    return join(parts, ", ");
}

std::string parameters_text(const Json& info, const Json& options) {
    std::string out = "Model defined parameters:\n";
    auto stored = text_of(info, "parameters");
    if (stored.empty()) {
        out.append(kNoParameters).append("\n");
    } else {
        for (auto line : split(stored, '\n')) out += fmt::format("  {}\n", line);
    }
    out += "\n";
    if (options.empty()) return out;
    out += "User defined parameters:\n";
    for (const auto& [name, value] : options.items()) {
        out += fmt::format("  {:<30} {}\n", name, option_text(value));
    }
    return out + "\n";
}

std::string or_else(std::string text, std::string_view otherwise) {
    return (text.empty() ? std::string(otherwise) : std::move(text)) + "\n";
}

std::string system_text(const ChatState& state, const Json& info) {
    auto text = state.conversation.system();
    if (text.empty()) text = text_of(info, "system");
    return text.empty() ? std::string(kNoSystem) + "\n" : text + "\n\n";
}

}  // namespace

Result<void> slash_show(ChatState& state, const Words& words) {
    const auto& console = state.program.console;
    if (words.size() < 2) {
        console.note(show_help());
        return {};
    }
    CORRAL_TRY(auto info, state.program.api.post("/api/show", {{"model", state.session.model}}));
    auto what = words[1];
    if (what == "info") {
        console.note(model_view(info, false));
    } else if (what == "license") {
        console.print(or_else(text_of(info, what), kNoLicense));
    } else if (what == "modelfile") {
        console.print(text_of(info, what) + "\n");
    } else if (what == "template") {
        console.print(or_else(text_of(info, what), kNoTemplate));
    } else if (what == "parameters") {
        console.print(parameters_text(info, state.session.options));
    } else if (what == "system") {
        console.print(system_text(state, info));
    } else {
        console.print(unknown_slash_command(fmt::format("/show {}", what)).message + "\n");
    }
    return {};
}

}  // namespace corral::cli
