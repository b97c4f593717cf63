#pragma once

// Purpose: makes sure a server answers before a command runs, and starts one when none does.
//
// Only for a loopback host; elsewhere the error says how to start it. The server outlives us, with
// its log at <home>/.ollama/logs/server.log. Several commands may start one at the same time: the
// first to listen wins, the others' servers end, and all commands use the first.
// Errors: unavailable, with the last lines of the log when the server could not start.
// Source: cli.md 3.3; starting it is Corral's own.

#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace corral::cli {

[[nodiscard]] Result<void> ensure_server(const Program& program);

// Whether a failed heartbeat means that nothing listens there.
bool nothing_listens(const Error& error);

// The last lines of `text`, at most `n_lines`, indented by two blanks.
std::string tail_of(std::string_view text, int n_lines);

}  // namespace corral::cli
