#pragma once

// Purpose: the tools of /v1/responses as native ones.
//
// Functions come flat, in namespaces, or as `custom` tools, which a model sees as functions with
// one text. Tools that a service would run (web_search, file_search, …) are not here: they are
// echoed, and the model does not see them. Source: openai-anthropic-api.md 8.3, 8.4, 15.3.

#include <set>
#include <string>

#include "api/json/value.h"
#include "base/result.h"

namespace corral::api::openai {

struct ResponseTools {
    std::string native_json;                    // an array, or empty
    std::string echo_json = "[]";               // as the response shows them
    std::set<std::string, std::less<>> custom;  // names of the custom ones
};

// Errors: 400 when it is no list of objects, or a schema is none.
[[nodiscard]] Result<ResponseTools> decode_response_tools(const json::Value& tools);

// What a custom tool is called with: the text in the arguments `{"input":"…"}`, or all of them
// when there is none.
std::string custom_tool_input(std::string_view arguments_json);

}  // namespace corral::api::openai
