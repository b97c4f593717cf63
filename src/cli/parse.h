#pragma once

// Purpose: from words to an Invocation, with upstream's rules and error texts.
//
// Flags and positional arguments may be mixed; "--" ends flags; `--flag value` and `--flag=value`;
// boolean flags take a value only after '='; one-letter flags may be grouped. Every command has -h
// and --help.
// Errors: invalid, with the texts of cli.md 2.1.

#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace corral::cli {

// The flag every command has beside its own. Its text in help pages is made by help.cpp.
inline constexpr Flag kHelpFlag = {.name = "help", .letter = 'h'};

// Where the name of a command stands among the words after the program's name: the first that is
// neither a flag nor the value of one. Nothing when there is none before "--".
std::optional<std::size_t> find_command_word(std::span<const Flag> root_flags,
                                             std::span<const std::string> words);

[[nodiscard]] Result<Invocation> parse_flags(std::span<const Flag> flags,
                                             std::span<const std::string> words);

// `accepts 1 arg(s), received 0`, `requires at least 1 arg(s), only received 0`.
[[nodiscard]] Result<void> check_arity(const Arity& arity, std::size_t n_arguments);

// `unknown command "x" for "corral"` and, when there are any, visible commands of a similar name.
Error unknown_command(std::string_view word, std::string_view program,
                      std::span<const Command> commands);

}  // namespace corral::cli
