#pragma once

// Purpose: images and sounds that are named by their path within a prompt. Source: cli.md 8.6.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/term/console.h"

namespace corral::cli {

struct PromptFiles {
    std::string prompt;               // without the paths, trimmed when there were any
    std::vector<std::string> base64;  // contents in the order of their paths
};

// Reads every file whose path stands in the prompt (starting with "./", "/" or "\" and ending in
// .jpg, .jpeg, .png, .webp or .wav) and exists; says `Added image '<path>'` on standard error.
// Errors: invalid when such a file holds something else, or more than 100 MB.
[[nodiscard]] Result<PromptFiles> take_files(const Console& console, std::string prompt);

// The paths as written in the prompt, whether they exist or not.
std::vector<std::string> find_paths(std::string_view prompt);

}  // namespace corral::cli
