#pragma once

// Purpose: custom tools, which take a text instead of arguments. A model sees them as functions
// with one text, `input`.
//
// A text may have to follow a grammar (`regex` or `lark`). The model is told it, and held to it
// where its notation writes arguments as JSON (engine/argument_schemas.h).
// Errors: 400 for a format that is none, and for a grammar that cannot be enforced: what of it is
// not supported is named (parse/text_rules.h). Source: openai-anthropic-api.md 15.3.

#include <set>
#include <string>
#include <string_view>

#include "api/json/value.h"
#include "base/result.h"

namespace corral::api::openai {

using ToolNames = std::set<std::string, std::less<>>;

// The function, `{"name":…}`, that stands for a custom tool. `tool` holds its description and
// format: `{"type":"grammar","syntax":…,"definition":…}`, whose members may also stand in a
// `grammar` of their own.
[[nodiscard]] Result<std::string> custom_function(std::string_view name, const json::Value& tool);

// What a custom tool is called with: the text in the arguments `{"input":"…"}`, or all of them
// when there is none.
std::string custom_tool_input(std::string_view arguments_json);
// The reverse.
std::string custom_tool_arguments(std::string_view input);

}  // namespace corral::api::openai
