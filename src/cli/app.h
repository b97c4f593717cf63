#pragma once

// Purpose: the whole command line: finds the command, parses, makes sure a server answers, runs it,
// prints its error.
//
// Returns the exit status: 0 success, 1 any error, 130 cancelled by Ctrl-C. Order of checks: flags,
// number of arguments, server, command (cli.md 2.1).

#include <span>
#include <string>

namespace corral::cli {

// `words` as given to main, the program's name first.
int run(std::span<const std::string> words);

}  // namespace corral::cli
