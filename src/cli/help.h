#pragma once

// Purpose: the help pages, made from the table of commands. Source: cli.md 2.2.

#include <span>
#include <string>

#include "cli/command.h"

namespace corral::cli {

// The page of the program itself.
std::string root_help(std::string_view program, std::string_view summary,
                      std::span<const Flag> flags, std::span<const Command> commands);
// The same without the line that says what the program is.
std::string root_usage(std::string_view program, std::span<const Flag> flags,
                       std::span<const Command> commands);
std::string command_help(std::string_view program, const Command& command);

}  // namespace corral::cli
