#pragma once

// Purpose: lets the user write a message in an editor of their own (Ctrl-G). Source: cli.md 9.4.

#include <string>

#include "base/result.h"

namespace corral::cli {

// Opens `command` (which may have arguments) on a temporary file that holds `text`, waits, and
// gives what the file holds then, without trailing newlines. Errors: not_found when there is no
// such editor; io.
[[nodiscard]] Result<std::string> edit_externally(const std::string& command,
                                                  const std::string& text);

}  // namespace corral::cli
