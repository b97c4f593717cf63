#pragma once

// Purpose: what a dialect's `tool_choice` asks for, put into a request whose tools are known.
//
// "none" takes the tools away, so that the model is not told of them. A function that has to be
// called is required and the only one allowed. Errors are 400: tools required where none are
// offered; a name that none of them has.
// Source: openai-anthropic-api.md 15.5.

#include <string>
#include <vector>

#include "api/ollama/requests.h"
#include "base/result.h"

namespace corral::api {

struct AskedToolUse {
    enum class Mode { automatic, none, required } mode = Mode::automatic;
    std::vector<std::string> names;  // of tools that may be called; empty: all
};

[[nodiscard]] Result<void> apply_tool_use(const AskedToolUse& asked, ollama::ChatRequest& request);

}  // namespace corral::api
