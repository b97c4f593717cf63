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
    ToolNames custom() const { return custom_; }

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
        std::string function;
        json::ObjectWriter(function)
            .text("name", name)
            .text("description", text_member(tool, "description"))
            .json("parameters", parameters == nullptr ? "null" : parameters->raw)
            .json("strict", strict == nullptr ? "null" : strict->raw)
            .end();
        return append(function);
    }

    Result<void> add_custom(const std::string& name, const json::Value& tool) {
        custom_.insert(name);
        CORRAL_TRY(const auto function, custom_function(name, tool));
        return append(function);
    }

    Result<void> append(const std::string& function_json) {
        CORRAL_TRY(const auto native,
                   native_tool(R"([{"type":"function","function":)" + function_json + "}]"));
        list_ += list_.empty() ? "" : ",";
        list_ += std::string_view(native).substr(1, native.size() - 2);
        return {};
    }

    std::string list_;
    ToolNames custom_;
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

}  // namespace corral::api::openai
