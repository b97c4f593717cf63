#pragma once

// Purpose: reads what the engine itself needs to know of tool definitions: their names, and what
// their arguments are said to be.
//
// Definitions are a JSON array of `{"type":"function","function":{"name":…}}`, as wire::ChatPrompt
// has them. What is not in that form has no name and is passed over; nothing fails.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace corral::engine {

std::vector<std::string> tool_names(const std::string& tools_json);
// Of those whose arguments have to follow their schema in all.
std::vector<std::string> strict_tool_names(const std::string& tools_json);

// The definitions of those names; of all when none are given.
std::string tools_named(const std::string& tools_json, const std::vector<std::string>& names);

// Of one definition. The parameters are null when it has none; they are a part of it.
std::string tool_name(const nlohmann::ordered_json& tool);
const nlohmann::ordered_json& tool_parameters(const nlohmann::ordered_json& tool);
bool is_strict_tool(const nlohmann::ordered_json& tool);
// What its text has to follow; null when it has none.
const nlohmann::ordered_json* tool_grammar(const nlohmann::ordered_json& tool);

}  // namespace corral::engine
