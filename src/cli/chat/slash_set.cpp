#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/chat/slash.h"
#include "cli/json.h"
#include "models/modelfile.h"

namespace corral::cli {
namespace {

std::string joined(const Words& words, std::size_t first, std::string_view separator) {
    std::vector<std::string> parts(words.begin() + static_cast<long>(std::min(first, words.size())),
                                   words.end());
    return join(parts, separator);
}

void say(const ChatState& state, std::string_view text) {
    state.program.console.print(std::string(text) + "\n");
}

// `NAME VALUE…` with the checks of a Modelfile's PARAMETER, as the typed value of the option.
Result<Json> parameter_value(const Words& words) {
    std::vector<models::Command> commands;
    for (std::size_t i = 3; i < words.size(); ++i) {
        commands.push_back(
            {.name = std::string(words[2]), .is_parameter = true, .value = std::string(words[i])});
    }
    CORRAL_TRY(auto parsed, models::interpret_modelfile(commands));
    auto parameters = Json::parse(parsed.parameters_json, nullptr, false);
    return member(parameters, words[2]);
}

Result<void> set_parameter(ChatState& state, const Words& words) {
    if (words.size() < 4) {
        state.program.console.note(parameter_help());
        return {};
    }
    auto values = words;
    if (words[2] != "stop") values.resize(4);
    auto value = parameter_value(values);
    if (!value) {
        say(state, fmt::format("Couldn't set parameter: {}", go_quote(value.error().message)));
        return {};
    }
    state.session.options[std::string(words[2])] = std::move(*value);
    say(state, fmt::format("Set parameter '{}' to '{}'", words[2], joined(values, 3, ", ")));
    return {};
}

Result<void> set_system(ChatState& state, const Words& words, const std::string& line) {
    auto text = line.find('\n') == std::string::npos
                    ? joined(words, 2, " ")
                    : std::string(trim(line.substr(line.find("system") + 6)));
    if (text.empty()) {
        state.program.console.note(set_help());
        return {};
    }
    state.conversation.set_system(text);
    say(state, "Set system message.");
    return {};
}

Result<void> set_format(ChatState& state, const Words& words) {
    if (words.size() < 3 || words[2] != "json") {
        say(state, "Invalid or missing format. For 'json' mode use '/set format json'");
        return {};
    }
    state.session.format = "json";
    say(state, "Set format to 'json' mode.");
    return {};
}

void warn_if_it_cannot_think(const ChatState& state) {
    if (state.session.facts.thinks) return;
    state.program.console.note(fmt::format("warning: model {} does not support thinking output\n",
                                           go_quote(state.session.model)));
}

Result<void> set_think(ChatState& state, const Words& words) {
    state.session.think_is_chosen = true;
    warn_if_it_cannot_think(state);
    if (words.size() < 3) {
        state.session.think = true;
        say(state, "Set 'think' mode.");
    } else {
        state.session.think = std::string(words[2]);
        say(state, fmt::format("Set 'think' mode to '{}'.", words[2]));
    }
    return {};
}

Result<void> set_nothink(ChatState& state) {
    state.session.think_is_chosen = true;
    state.session.think = false;
    warn_if_it_cannot_think(state);
    say(state, "Set 'nothink' mode.");
    return {};
}

// The modes that are on or off and say so.
struct Mode {
    std::string_view word;
    bool Session::*member;
    bool value;
};

constexpr std::array<Mode, 4> kModes = {{
    {"wordwrap", &Session::word_wrap, true},
    {"nowordwrap", &Session::word_wrap, false},
    {"verbose", &Session::verbose, true},
    {"quiet", &Session::verbose, false},
}};

}  // namespace

Result<void> slash_set(ChatState& state, const Words& words, const std::string& line) {
    if (words.size() < 2) {
        state.program.console.note(set_help());
        return {};
    }
    auto what = words[1];
    for (const auto& mode : kModes) {
        if (mode.word != what) continue;
        state.session.*mode.member = mode.value;
        say(state, fmt::format("Set '{}' mode.", what));
        return {};
    }
    if (what == "parameter") return set_parameter(state, words);
    if (what == "system") return set_system(state, words, line);
    if (what == "format") return set_format(state, words);
    if (what == "think") return set_think(state, words);
    if (what == "nothink") return set_nothink(state);
    if (what == "history" || what == "nohistory") {
        state.history.set_saved(what == "history");
    } else if (what == "noformat") {
        state.session.format = nullptr;
        say(state, "Disabled format.");
    } else {
        say(state, unknown_slash_command(fmt::format("/set {}", what)).message);
    }
    return {};
}

}  // namespace corral::cli
