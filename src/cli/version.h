#pragma once

// Purpose: what `--version` says. Source: cli.md 7.10.

#include "cli/command.h"

namespace corral::cli {

// The lines for standard output. `server` is the answer of /api/version, or the error of asking.
std::string version_lines(const std::string& program_name, const Result<Json>& server);

int print_version(const Program& program);

}  // namespace corral::cli
