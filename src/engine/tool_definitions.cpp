#include "engine/tool_definitions.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace corral::engine {
namespace {

using Json = nlohmann::ordered_json;

std::string name_of(const Json& tool) {
    if (!tool.is_object()) return {};
    const auto function = tool.find("function");
    if (function == tool.end() || !function->is_object()) return {};
    const auto name = function->find("name");
    return name != function->end() && name->is_string() ? name->get<std::string>() : std::string();
}

}  // namespace

std::vector<std::string> tool_names(const std::string& tools_json) {
    std::vector<std::string> names;
    for (const Json& tool : Json::parse(tools_json, nullptr, false)) {
        std::string name = name_of(tool);
        if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
}

std::string tools_named(const std::string& tools_json, const std::vector<std::string>& names) {
    if (names.empty()) return tools_json;
    Json named = Json::array();
    for (const Json& tool : Json::parse(tools_json, nullptr, false)) {
        if (std::ranges::find(names, name_of(tool)) != names.end()) named.push_back(tool);
    }
    return named.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace corral::engine
