#pragma once

// Purpose: reads what the engine itself needs to know of tool definitions: their names.
//
// Definitions are a JSON array of `{"type":"function","function":{"name":…}}`, as wire::ChatPrompt
// has them. What is not in that form has no name and is passed over; nothing fails.

#include <string>
#include <vector>

namespace corral::engine {

std::vector<std::string> tool_names(const std::string& tools_json);

// The definitions of those names; of all when none are given.
std::string tools_named(const std::string& tools_json, const std::vector<std::string>& names);

}  // namespace corral::engine
