#pragma once

// Purpose: brings a model onto the server, with progress on standard error, or asks what that would
// fetch. Source: cli.md 7.6; dry runs are Corral's own.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace corral::cli {

// Gives the name of what was pulled: where the registry has no such model but the cloud does, the
// user may choose that one instead. Off a terminal the error says what to type; `command` is "pull"
// or "run".
[[nodiscard]] Result<std::string> pull_model(const Program& program, const std::string& model,
                                             bool insecure, std::string_view command = "pull");

// What a pull would do. Sizes in bytes.
struct PullPlan {
    struct Layer {
        std::string digest;
        std::int64_t size_bytes = 0;
        bool present = false;
    };
    std::string model;
    std::string digest;  // of the registry's manifest as hex; empty when the server does not tell
    std::int64_t total_bytes = 0;
    std::int64_t fetch_bytes = 0;
    std::vector<Layer> layers;
};

// unsupported when the server knows no dry runs; nothing has been fetched then, too.
[[nodiscard]] Result<PullPlan> plan_pull(const Program& program, const std::string& model,
                                         bool insecure);

}  // namespace corral::cli
