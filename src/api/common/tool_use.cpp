#include "api/common/tool_use.h"

#include <algorithm>
#include <utility>

#include "api/json/value.h"
#include "api/ollama/errors.h"
#include "base/text.h"

namespace corral::api {

namespace {

Result<std::vector<std::string>> offered_names(const std::string& tools_json) {
    std::vector<std::string> names;
    if (tools_json.empty()) return names;
    CORRAL_TRY(const auto tools, json::parse(tools_json));
    for (const auto& tool : tools.items) {
        const auto* function = tool.find("function");
        const auto* name = function == nullptr ? nullptr : function->find("name");
        if (name != nullptr && name->is_string()) names.push_back(name->text());
    }
    return names;
}

std::unexpected<Error> refuse_choice(std::string message) {
    return ollama::refuse(400, ErrorCode::invalid, std::move(message));
}

}  // namespace

Result<void> apply_tool_use(const AskedToolUse& asked, ollama::ChatRequest& request) {
    using Mode = AskedToolUse::Mode;
    if (asked.mode == Mode::none) {
        request.tools_json.clear();
        return {};
    }
    CORRAL_TRY(const auto offered, offered_names(request.tools_json));
    if (asked.mode == Mode::required && offered.empty())
        return refuse_choice("tool_choice requires a tool call, but there are no tools");
    for (const auto& name : asked.names) {
        if (std::ranges::find(offered, name) == offered.end())
            return refuse_choice(
                fmt::format("tool_choice names {}, which is not among the tools", go_quote(name)));
    }
    if (asked.mode == Mode::required) request.tool_use.choice = wire::ToolChoice::required;
    request.tool_use.allowed = asked.names;
    return {};
}

}  // namespace corral::api
