#pragma once

// Purpose: the tools of /v1/messages as native definitions, and how they may be used.
//
// Searches of the web are a service of the API's own that there is none of here: such a tool is not
// offered. All other kinds are functions of their name. Errors are 400: `invalid input_schema for
// tool "<name>": …`, a `tool_choice` that is not understood or cannot be had.
// Source: openai-anthropic-api.md 10.4, 15.5.

#include <string>

#include "api/json/value.h"
#include "api/ollama/requests.h"
#include "base/result.h"

namespace corral::api::anthropic {

// A JSON array as ollama::ChatRequest has it, or empty.
[[nodiscard]] Result<std::string> decode_tools(const json::Value& tools);

// `choice` may be null. The request's tools are known by then.
[[nodiscard]] Result<void> apply_tool_choice(const json::Value& choice,
                                             ollama::ChatRequest& request);

}  // namespace corral::api::anthropic
