#pragma once

// Purpose: the interactive chat of `run`. Source: cli.md 9.

#include "base/result.h"
#include "cli/chat/session.h"

namespace corral::cli {

[[nodiscard]] Result<int> chat(Program& program, Session session);

}  // namespace corral::cli
