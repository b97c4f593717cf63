#include "api/openai/responses_tools.h"

#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/tools.h"

namespace corral::api::openai {

namespace {

using Kind = json::Value::Kind;

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

// Makes the list that api/ollama reads, in the form of chat/completions.
class FunctionList {
public:
    void add(const json::Value& tool, std::string_view prefix) {
        const auto type = text_member(tool, "type");
        if (type == "namespace") {
            add_namespace(tool, prefix);
        } else if (type == "function") {
            add_function(qualified(text_member(tool, "name"), prefix), tool);
        } else if (type == "custom") {
            add_custom(qualified(text_member(tool, "name"), prefix), tool);
        }
    }

    std::string json() const { return list_.empty() ? std::string() : "[" + list_ + "]"; }
    std::set<std::string, std::less<>> custom() const { return custom_; }

private:
    static std::string qualified(std::string name, std::string_view prefix) {
        if (prefix.empty() || name.starts_with(prefix)) return name;
        return std::string(prefix) + name;
    }

    void add_namespace(const json::Value& tool, std::string_view prefix) {
        const auto name = text_member(tool, "name");
        const auto inner = name.empty() ? std::string(prefix) : qualified(name, prefix) + ".";
        const auto* members = tool.find("tools");
        if (members == nullptr) return;
        for (const auto& member : members->items) add(member, inner);
    }

    void add_function(const std::string& name, const json::Value& tool) {
        begin(name, text_member(tool, "description"));
        list_ += ",\"parameters\":";
        const auto* parameters = tool.find("parameters");
        list_ += parameters == nullptr ? "null" : parameters->raw;
        if (const auto* strict = tool.find("strict")) {
            list_ += ",\"strict\":";
            list_ += strict->raw;
        }
        list_ += "}}";
    }

    void add_custom(const std::string& name, const json::Value& tool) {
        custom_.insert(name);
        auto description = text_member(tool, "description");
        // The model cannot be held to the grammar here, so it is told.
        if (const auto* format = tool.find("format")) {
            if (const auto grammar = text_member(*format, "definition"); !grammar.empty()) {
                description += "\nThe input follows this grammar:\n" + grammar;
            }
        }
        begin(name, description);
        list_ += R"(,"parameters":{"type":"object","properties":{"input":{"type":"string"}},)"
                 R"("required":["input"]}}})";
    }

    void begin(std::string_view name, std::string_view description) {
        list_ += list_.empty() ? "" : ",";
        list_ += R"({"type":"function","function":)";
        json::ObjectWriter(list_).text("name", name).text("description", description);
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
    for (const auto& tool : tools.items) {
        if (tool.kind != Kind::object) {
            return fail(Error{ErrorCode::invalid, "tools: every tool must be an object", {}, 400});
        }
        functions.add(tool, "");
        if (!echo.empty()) echo += ',';
        append_echo(echo, tool);
    }
    decoded.echo_json = "[" + echo + "]";
    decoded.custom = functions.custom();
    const auto list = functions.json();
    if (list.empty()) return decoded;
    CORRAL_TRY(const auto parsed, json::parse(list));
    json::Reader reader("ResponsesRequest");
    ollama::read_tools(reader, decoded.native_json, ollama::Schemas::whole)(parsed);
    CORRAL_CHECK(reader.finish());
    return decoded;
}

std::string custom_tool_input(std::string_view arguments_json) {
    const auto arguments = json::parse(arguments_json);
    const auto* input = arguments ? arguments->find("input") : nullptr;
    return input != nullptr && input->is_string() ? input->text() : std::string(arguments_json);
}

}  // namespace corral::api::openai
