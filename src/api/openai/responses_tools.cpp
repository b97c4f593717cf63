#include "api/openai/responses_tools.h"

#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/tools.h"

namespace corral::api::openai {

namespace {

using Kind = json::Value::Kind;
using json::in_element;
using json::in_field;

std::string text_member(const json::Value& object, std::string_view key) {
    const auto* value = object.find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string();
}

void append_member(json::ObjectWriter& writer, const json::Value& object, std::string_view key) {
    const auto* value = object.find(key);
    if (value == nullptr || value->is_null()) {
        writer.json(key, "null");
    } else {
        json::append_value(writer.key(key), *value);
    }
}

// One tool, in the form of chat/completions, as models see it, in a list of its own.
Result<std::string> native_tool(const std::string& tool_json) {
    CORRAL_TRY(const auto parsed, json::parse(tool_json));
    std::string native;
    json::Reader reader("ResponsesRequest");
    ollama::read_tools(reader, native, ollama::Schemas::whole)(parsed);
    auto read = reader.finish();
    if (read) return native;
    // Whatever is wrong: only the parameters came as they were sent.
    read.error().field = "parameters";
    return fail(std::move(read).error());
}

// Makes the list of native tools.
class FunctionList {
public:
    Result<void> add(const json::Value& tool, std::string_view prefix) {
        if (tool.kind != Kind::object)
            return json::refuse_field({}, "tools: every tool must be an object",
                                      json::kInvalidType);
        const auto type = text_member(tool, "type");
        if (type == "namespace") return add_namespace(tool, prefix);
        if (type == "function") return add_function(named(tool, prefix), tool);
        if (type == "custom") return add_custom(named(tool, prefix), tool);
        return {};
    }

    std::string json() const { return list_.empty() ? std::string() : "[" + list_ + "]"; }
    std::set<std::string, std::less<>> custom() const { return custom_; }

private:
    static std::string named(const json::Value& tool, std::string_view prefix) {
        auto name = text_member(tool, "name");
        if (prefix.empty() || name.starts_with(prefix)) return name;
        return std::string(prefix) + name;
    }

    Result<void> add_namespace(const json::Value& tool, std::string_view prefix) {
        const bool has_name = !text_member(tool, "name").empty();
        const auto inner = has_name ? named(tool, prefix) + "." : std::string(prefix);
        const auto* members = tool.find("tools");
        if (members == nullptr) return {};
        for (std::size_t i = 0; i < members->items.size(); ++i)
            CORRAL_CHECK(in_field("tools", in_element(i, add(members->items[i], inner))));
        return {};
    }

    Result<void> add_function(const std::string& name, const json::Value& tool) {
        const auto* parameters = tool.find("parameters");
        const auto* strict = tool.find("strict");
        return append(name, text_member(tool, "description"),
                      parameters == nullptr ? "null" : parameters->raw,
                      strict == nullptr ? "null" : strict->raw);
    }

    Result<void> add_custom(const std::string& name, const json::Value& tool) {
        custom_.insert(name);
        auto description = text_member(tool, "description");
        // The model cannot be held to the grammar here, so it is told.
        if (const auto* format = tool.find("format")) {
            if (const auto grammar = text_member(*format, "definition"); !grammar.empty()) {
                description += "\nThe input follows this grammar:\n" + grammar;
            }
        }
        return append(name, description,
                      R"({"type":"object","properties":{"input":{"type":"string"}},)"
                      R"("required":["input"]})",
                      "null");
    }

    Result<void> append(std::string_view name, std::string_view description,
                        std::string_view parameters_json, std::string_view strict_json) {
        std::string tool = "[";
        json::ObjectWriter object(tool);
        object.text("type", "function");
        json::ObjectWriter(object.key("function"))
            .text("name", name)
            .text("description", description)
            .json("parameters", parameters_json)
            .json("strict", strict_json)
            .end();
        object.end();
        tool += ']';
        CORRAL_TRY(const auto native, native_tool(tool));
        list_ += list_.empty() ? "" : ",";
        list_ += std::string_view(native).substr(1, native.size() - 2);
        return {};
    }

    std::string list_;
    std::set<std::string, std::less<>> custom_;
};

void append_echo(std::string& out, const json::Value& tool) {
    const auto type = text_member(tool, "type");
    if (type != "function" && type != "namespace") return json::append_value(out, tool);
    json::ObjectWriter writer(out);
    writer.text("type", type).text("name", text_member(tool, "name"));
    for (const auto* key : {"description", "strict", "parameters"})
        append_member(writer, tool, key);
    if (type == "namespace") append_member(writer, tool, "tools");
    writer.end();
}

}  // namespace

Result<ResponseTools> decode_response_tools(const json::Value& tools) {
    ResponseTools decoded;
    if (tools.is_null()) return decoded;
    FunctionList functions;
    std::string echo;
    for (std::size_t i = 0; i < tools.items.size(); ++i) {
        CORRAL_CHECK(in_element(i, functions.add(tools.items[i], "")));
        if (!echo.empty()) echo += ',';
        append_echo(echo, tools.items[i]);
    }
    decoded.echo_json = "[" + echo + "]";
    decoded.custom = functions.custom();
    decoded.native_json = functions.json();
    return decoded;
}

std::string custom_tool_input(std::string_view arguments_json) {
    const auto arguments = json::parse(arguments_json);
    const auto* input = arguments ? arguments->find("input") : nullptr;
    return input != nullptr && input->is_string() ? input->text() : std::string(arguments_json);
}

}  // namespace corral::api::openai
