#include "api/openai/functions.h"

#include "api/json/field.h"
#include "api/json/writer.h"

namespace corral::api::openai {

namespace {

bool is_said(const std::string& json_text) {
    return !json_text.empty() && json_text != "null";
}

}  // namespace

bool LegacyFunctions::are_given() const {
    return is_said(functions);
}

Result<std::string> LegacyFunctions::as_tools() const {
    CORRAL_TRY(const auto list, json::parse(functions));
    if (list.kind != json::Value::Kind::array)
        return json::refuse_field("functions", "functions must be a list", json::kInvalidType);
    std::string tools = "[";
    for (const auto& function : list.items) {
        if (tools.size() > 1) tools += ',';
        json::ObjectWriter(tools).text("type", "function").json("function", function.raw).end();
    }
    return tools += ']';
}

Result<std::string> LegacyFunctions::as_tool_choice() const {
    if (!is_said(function_call)) return std::string();
    CORRAL_TRY(const auto choice, json::parse(function_call));
    if (choice.is_string() && (choice.text() == "auto" || choice.text() == "none"))
        return function_call;
    const auto* name = choice.find("name");
    if (name == nullptr || !name->is_string()) {
        return json::refuse_field(
            "function_call",
            "invalid function_call: it is \"auto\", \"none\" or the name of a function");
    }
    std::string tool_choice;
    json::ObjectWriter writer(tool_choice);
    writer.text("type", "function");
    json::ObjectWriter(writer.key("function")).text("name", name->text()).end();
    writer.end();
    return tool_choice;
}

}  // namespace corral::api::openai
