#pragma once

// Purpose: the table of commands. A new command is one file in commands/, one line here and one in
// commands.cpp.

#include <span>

#include "cli/command.h"

namespace corral::cli {

Command serve_command();
Command create_command();
Command show_command();
Command run_command();
Command stop_command();
Command pull_command();
Command push_command();
Command list_command();
Command ps_command();
Command copy_command();
Command remove_command();
Command export_command();
Command doctor_command();
Command help_command();
Command runner_command();
// `name` is the command's own or its hidden second one ("login", "logout").
Command signin_command(std::string_view name);
Command signout_command(std::string_view name);
Command update_command();
// Upstream's `launch`, which this version lacks.
Command launch_command();

// In the order help lists them.
std::span<const Command> all_commands();
// By name or alias; null when there is none.
const Command* find_command(std::string_view word);

// Flags of the program itself.
std::span<const Flag> root_flags();
inline constexpr std::string_view kProgramSummary = "Large language model runner";

}  // namespace corral::cli
