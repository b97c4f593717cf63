#include "api/remote/tool_choice.h"

namespace corral::api::remote {

namespace {

void append_function(std::string& out, std::string_view name) {
    json::ObjectWriter object(out);
    object.text("type", "function");
    json::ObjectWriter(object.key("function")).text("name", name).end();
    object.end();
}

void append_allowed(std::string& out, const wire::ToolUse& tool_use, std::string_view mode) {
    json::ObjectWriter object(out);
    object.text("type", "allowed_tools");
    json::ObjectWriter allowed(object.key("allowed_tools"));
    auto& tools = allowed.text("mode", mode).key("tools");
    tools += '[';
    for (const auto& name : tool_use.allowed) {
        if (&name != &tool_use.allowed.front()) tools += ',';
        append_function(tools, name);
    }
    tools += ']';
    allowed.end();
    object.end();
}

}  // namespace

void put_tool_choice(json::ObjectWriter& writer, const wire::ToolUse& tool_use) {
    const bool is_required = tool_use.choice == wire::ToolChoice::required;
    if (is_required && tool_use.allowed.size() == 1) {
        append_function(writer.key("tool_choice"), tool_use.allowed.front());
    } else if (!tool_use.allowed.empty()) {
        append_allowed(writer.key("tool_choice"), tool_use, is_required ? "required" : "auto");
    } else if (is_required) {
        writer.text("tool_choice", "required");
    }
    if (tool_use.one_call) writer.boolean("parallel_tool_calls", false);
}

}  // namespace corral::api::remote
