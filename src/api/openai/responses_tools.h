#pragma once

// Purpose: the tools of /v1/responses as native ones.
//
// Functions come flat, in namespaces, or as `custom` tools (api/openai/custom_tools.h). Tools that
// a service would run (web_search, file_search, …) are not here: they are echoed, and the model
// does not see them. Source: openai-anthropic-api.md 8.3, 8.4, 15.3.

#include <string>

#include "api/json/value.h"
#include "api/openai/custom_tools.h"
#include "base/result.h"

namespace corral::api::openai {

struct ResponseTools {
    std::string native_json;       // an array, or empty
    std::string echo_json = "[]";  // as the response shows them
    ToolNames custom;              // names of the custom ones
};

// Errors: 400 when it is no list of objects, a schema is none, or as custom_function.
[[nodiscard]] Result<ResponseTools> decode_response_tools(const json::Value& tools);

}  // namespace corral::api::openai
