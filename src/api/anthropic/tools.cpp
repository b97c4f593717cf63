#include "api/anthropic/tools.h"

#include "api/anthropic/blocks.h"
#include "api/anthropic/known_tools.h"
#include "api/common/tool_use.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/errors.h"
#include "api/ollama/tools.h"
#include "base/text.h"

namespace corral::api::anthropic {

namespace {

using Kind = json::Value::Kind;

std::string_view schema_of(const json::Value& tool, const KnownTool* known) {
    const auto* schema = tool.find("input_schema");
    if (schema != nullptr && !schema->is_null()) return schema->raw;
    return known == nullptr ? R"({"type":"object","properties":{}})" : known->schema_json;
}

std::string as_function(const json::Value& tool) {
    const auto* known = find_known_tool(text_member(tool, "type"));
    auto description = text_member(tool, "description");
    if (description.empty() && known != nullptr) description = known->description;
    std::string out = "[";
    json::ObjectWriter object(out);
    object.text("type", "function");
    json::ObjectWriter function(object.key("function"));
    function.text("name", text_member(tool, "name"))
        .text("description", description)
        .json("parameters", schema_of(tool, known));
    if (const auto* strict = tool.find("strict")) function.json("strict", strict->raw);
    function.end();
    object.end();
    return out += ']';
}

// One definition in the form that templates see, in a list of its own.
Result<std::string> normalised(const json::Value& tool) {
    const auto text = as_function(tool);
    std::string normal;
    json::Reader reader("MessagesRequest");
    auto value = json::parse(text);
    if (value) ollama::read_tools(reader, normal, ollama::Schemas::whole)(*value);
    const auto read = value ? reader.finish() : fail(value.error());
    if (read) return normal;
    return ollama::refuse(400, ErrorCode::invalid,
                          fmt::format("invalid input_schema for tool {}: {}",
                                      go_quote(text_member(tool, "name")), read.error().message));
}

std::unexpected<Error> bad_choice(std::string_view why) {
    return ollama::refuse(400, ErrorCode::invalid, fmt::format("invalid tool_choice: {}", why));
}

}  // namespace

Result<std::string> decode_tools(const json::Value& tools) {
    std::string list;
    for (const auto& tool : tools.items) {
        if (tool.kind != Kind::object)
            return ollama::refuse(400, ErrorCode::invalid, "invalid tool: it is not an object");
        if (text_member(tool, "type").starts_with("web_search")) continue;
        CORRAL_TRY(const auto one, normalised(tool));
        list += list.empty() ? "[" : ",";
        list += std::string_view(one).substr(1, one.size() - 2);
    }
    return list.empty() ? list : list + "]";
}

Result<void> apply_tool_choice(const json::Value& choice, ollama::ChatRequest& request) {
    if (choice.is_null()) return {};
    if (choice.kind != Kind::object) return bad_choice("it is not an object");
    AskedToolUse asked;
    const auto type = text_member(choice, "type");
    if (type == "none") asked.mode = AskedToolUse::Mode::none;
    if (type == "any" || type == "tool") asked.mode = AskedToolUse::Mode::required;
    if (type == "tool") asked.names = {text_member(choice, "name")};
    if (type != "auto" && asked.mode == AskedToolUse::Mode::automatic)
        return bad_choice("its type is \"auto\", \"any\", \"tool\" or \"none\"");
    const auto* one = choice.find("disable_parallel_tool_use");
    request.tool_use.one_call = one != nullptr && one->kind == Kind::boolean && one->boolean();
    return apply_tool_use(asked, request);
}

}  // namespace corral::api::anthropic
