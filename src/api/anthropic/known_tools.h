#pragma once

// Purpose: what Anthropic's own client-side tools take. Requests declare them by type alone
// (`bash_20250124`), since Anthropic's models know them; others have to be told.
//
// Source: openai-anthropic-api.md 15.4; Anthropic's reference of the bash, text editor, memory and
// computer use tools.

#include <string_view>

namespace corral::api::anthropic {

struct KnownTool {
    std::string_view family;  // a type is this and a date
    std::string_view description;
    std::string_view schema_json;
};

// Null for a type that says nothing about its input.
const KnownTool* find_known_tool(std::string_view type);

}  // namespace corral::api::anthropic
