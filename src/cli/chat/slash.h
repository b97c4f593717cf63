#pragma once

// Purpose: the commands of the chat that start with a slash.
//
// Commands and their sub-commands are matched as whole words (quirk Q21).
// Source: cli.md 9.2.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/chat/conversation.h"
#include "cli/chat/history.h"
#include "cli/chat/session.h"

namespace corral::cli {

// What slash commands look at and change.
struct ChatState {
    const Program& program;
    Session session;
    Conversation conversation;
    History& history;
    bool leave = false;
};

using Words = std::vector<std::string_view>;  // of the line, the command first

// Runs the command in `line`. Errors of the server are for the user to read; the chat goes on.
[[nodiscard]] Result<void> run_slash_command(ChatState& state, const std::string& line);

// In slash_set.cpp and slash_show.cpp.
[[nodiscard]] Result<void> slash_set(ChatState& state, const Words& words, const std::string& line);
[[nodiscard]] Result<void> slash_show(ChatState& state, const Words& words);

// Says on standard error what else could have been typed. In slash_help.cpp.
void slash_help(const ChatState& state, const Words& words);
std::string_view set_help();
std::string_view show_help();
std::string_view parameter_help();

Error unknown_slash_command(std::string_view text);

}  // namespace corral::cli
