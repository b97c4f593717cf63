#pragma once

// Purpose: brings a model onto the server, with progress on standard error. Source: cli.md 7.6.

#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace corral::cli {

[[nodiscard]] Result<void> pull_model(const Program& program, const std::string& model,
                                      bool insecure);

}  // namespace corral::cli
