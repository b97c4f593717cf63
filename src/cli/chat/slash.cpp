#include "cli/chat/slash.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/json.h"
#include "cli/model_table.h"
#include "store/name.h"

namespace corral::cli {
namespace {

Result<void> slash_list(ChatState& state, const Words& words, const std::string&) {
    CORRAL_TRY(const auto tags, state.program.api.get_text("/api/tags"));
    CORRAL_TRY(const auto table, list_table(tags, words.size() > 1 ? words[1] : "", now()));
    state.program.console.print(table);
    return {};
}

Result<void> slash_load(ChatState& state, const Words& words, const std::string&) {
    const auto& console = state.program.console;
    if (words.size() != 2) {
        console.print("Usage:\n  /load <modelname>\n");
        return {};
    }
    std::string model(words[1]);
    console.print(fmt::format("Loading model '{}'\n", model));
    auto info = state.program.api.post("/api/show", {{"model", model}});
    if (!info && info.error().http_status == 404) {
        console.print(fmt::format("Couldn't find model '{}'\n", model));
        return {};
    }
    if (!info) return fail(info.error());
    auto session = state.session;
    session.model = model;
    session.facts = facts_of(std::move(*info));
    choose_thinking(session);
    CORRAL_CHECK(load_model(state.program, session));
    state.session = std::move(session);
    state.conversation.clear();
    return {};
}

Result<void> slash_save(ChatState& state, const Words& words, const std::string&) {
    const auto& console = state.program.console;
    if (words.size() != 2) {
        console.print("Usage:\n  /save <modelname>\n");
        return {};
    }
    std::string model(words[1]);
    if (!store::ModelName::parse(model)) {
        console.print(fmt::format("error: The model name '{}' is invalid\n", model));
        return {};
    }
    // Upstream starts from the parent model; from the current one nothing of it is lost.
    Json request{{"model", model}, {"from", state.session.model}};
    put_text(request, "system", state.conversation.system());
    if (!state.session.options.empty()) request["parameters"] = state.session.options;
    if (!state.conversation.messages().empty()) request["messages"] = state.conversation.messages();
    CORRAL_CHECK(
        state.program.api.stream("/api/create", request, [](const Json&) { return true; }));
    console.print(fmt::format("Created new model '{}'\n", model));
    return {};
}

Result<void> slash_clear(ChatState& state, const Words&, const std::string&) {
    state.conversation.clear();
    state.program.console.print("Cleared session context\n");
    return {};
}

Result<void> slash_bye(ChatState& state, const Words&, const std::string&) {
    state.leave = true;
    return {};
}

Result<void> help(ChatState& state, const Words& words, const std::string&) {
    slash_help(state, words);
    return {};
}

Result<void> show(ChatState& state, const Words& words, const std::string&) {
    return slash_show(state, words);
}

struct SlashCommand {
    std::string_view word;
    Result<void> (*body)(ChatState&, const Words&, const std::string& line);
};

constexpr std::array<SlashCommand, 10> kSlashCommands = {{
    {"/list", slash_list},
    {"/load", slash_load},
    {"/save", slash_save},
    {"/clear", slash_clear},
    {"/set", slash_set},
    {"/show", show},
    {"/help", help},
    {"/?", help},
    {"/exit", slash_bye},
    {"/bye", slash_bye},
}};

}  // namespace

Error unknown_slash_command(std::string_view text) {
    auto message = fmt::format("Unknown command '{}'. Type /? for help", text);
    return Error{ErrorCode::invalid, std::move(message), {}, 0};
}

Result<void> run_slash_command(ChatState& state, const std::string& line) {
    auto words = split_words(line);
    auto command = std::ranges::find(kSlashCommands, words[0], &SlashCommand::word);
    if (command == kSlashCommands.end()) {
        state.program.console.print(unknown_slash_command(words[0]).message + "\n");
        return {};
    }
    return command->body(state, words, line);
}

}  // namespace corral::cli
