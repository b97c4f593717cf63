#pragma once

// Purpose: how tools may be used, as OpenAI's API says it.
//
// Source: OpenAI's reference of chat/completions (`tool_choice`, `parallel_tool_calls`).

#include "api/json/writer.h"
#include "wire/request.h"

namespace corral::api::remote {

// Writes nothing of what is the default.
void put_tool_choice(json::ObjectWriter& writer, const wire::ToolUse& tool_use);

}  // namespace corral::api::remote
