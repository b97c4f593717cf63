#include "engine/tool_definitions.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace corral::engine {
namespace {

using Json = nlohmann::ordered_json;

const Json& member_of(const Json& object, const char* key) {
    static const Json kNull;
    if (!object.is_object()) return kNull;
    const auto found = object.find(key);
    return found != object.end() ? *found : kNull;
}

std::vector<Json> list_of(const std::string& tools_json) {
    const Json tools = Json::parse(tools_json, nullptr, false);
    return tools.is_array() ? tools.get<std::vector<Json>>() : std::vector<Json>();
}

}  // namespace

std::string tool_name(const Json& tool) {
    const Json& name = member_of(member_of(tool, "function"), "name");
    return name.is_string() ? name.get<std::string>() : std::string();
}

const Json& tool_parameters(const Json& tool) {
    return member_of(member_of(tool, "function"), "parameters");
}

bool is_strict_tool(const Json& tool) {
    return member_of(member_of(tool, "function"), "strict") == Json(true);
}

const Json* tool_grammar(const Json& tool) {
    const Json& grammar = member_of(member_of(tool, "function"), "grammar");
    return grammar.is_object() ? &grammar : nullptr;
}

std::vector<std::string> tool_names(const std::string& tools_json) {
    std::vector<std::string> names;
    for (const Json& tool : list_of(tools_json)) {
        std::string name = tool_name(tool);
        if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> strict_tool_names(const std::string& tools_json) {
    std::vector<std::string> names;
    for (const Json& tool : list_of(tools_json)) {
        std::string name = tool_name(tool);
        if (!name.empty() && is_strict_tool(tool)) names.push_back(std::move(name));
    }
    return names;
}

std::string tools_named(const std::string& tools_json, const std::vector<std::string>& names) {
    if (names.empty()) return tools_json;
    Json named = Json::array();
    for (const Json& tool : list_of(tools_json)) {
        if (std::ranges::find(names, tool_name(tool)) != names.end()) named.push_back(tool);
    }
    return named.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace corral::engine
