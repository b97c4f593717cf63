#include "api/ollama/message.h"

#include "api/json/writer.h"
#include "api/ollama/errors.h"
#include "api/ollama/fields.h"
#include "api/ollama/tools.h"
#include "base/base64.h"
#include "base/text.h"

namespace corral::api::ollama {

namespace {

void read_arguments(json::Reader& reader, const json::Value& value, std::string& target) {
    if (value.kind != json::Value::Kind::object && !value.is_null()) {
        return reader.reject({ErrorCode::invalid, std::string(kNotAnObject), {}, 0});
    }
    target.clear();
    json::append_value(target, value);
}

void read_tool_call(json::Reader& reader, const json::Value& value, wire::ToolCall& call) {
    call.arguments_json = "{}";
    const auto function = [&](const json::Value& inner) {
        reader.object(inner, "api.ToolCallFunction",
                      {{"index", reader.integer(call.index)},
                       {"name", reader.text(call.name)},
                       {"arguments", [&](const json::Value& arguments) {
                            read_arguments(reader, arguments, call.arguments_json);
                        }}});
    };
    reader.object(value, "api.ToolCall", {{"id", reader.text(call.id)}, {"function", function}});
}

void read_message(json::Reader& reader, const json::Value& value, wire::Message& message) {
    const auto calls =
        reader.list<wire::ToolCall>(message.tool_calls, "[]api.ToolCall",
                                    [&reader](const json::Value& item, wire::ToolCall& call) {
                                        read_tool_call(reader, item, call);
                                    });
    reader.object(value, "api.Alias",
                  {{"role", reader.text(message.role)},
                   {"content", reader.text(message.content)},
                   {"thinking", reader.text(message.thinking)},
                   {"images", read_images(reader, message.images)},
                   {"tool_calls", calls},
                   {"tool_name", reader.text(message.tool_name)},
                   {"tool_call_id", reader.text(message.tool_call_id)}});
    message.role = lower(message.role);
}

}  // namespace

json::Reader::Read read_messages(json::Reader& reader, std::vector<wire::Message>& target) {
    return reader.list<wire::Message>(
        target, "[]api.Message", [&reader](const json::Value& item, wire::Message& message) {
            reader.custom([&](const json::Value& v) { read_message(reader, v, message); })(item);
        });
}

Result<std::vector<wire::Message>> parse_stored_messages(std::string_view json) {
    std::vector<wire::Message> messages;
    if (json.empty()) return messages;
    json::Reader reader("Model");
    auto value = json::parse(json);
    if (value) read_messages(reader, messages)(*value);
    const auto read = value ? reader.finish() : fail(value.error());
    if (!read) {
        return fail(ErrorCode::corrupt, "the model's messages cannot be read: {}",
                    read.error().message);
    }
    return messages;
}

void append_messages(std::string& out, const std::vector<wire::Message>& messages) {
    out += '[';
    for (const auto& message : messages) {
        if (&message != &messages.front()) out += ',';
        json::ObjectWriter writer(out);
        writer.text("role", message.role).text("content", message.content);
        writer.text_unless_empty("thinking", message.thinking);
        std::vector<std::string> images;
        for (const auto& image : message.images) images.push_back(base64_encode(image));
        writer.strings_unless_empty("images", images);
        if (!message.tool_calls.empty()) {
            append_tool_calls(writer.key("tool_calls"), message.tool_calls);
        }
        writer.text_unless_empty("tool_name", message.tool_name)
            .text_unless_empty("tool_call_id", message.tool_call_id)
            .end();
    }
    out += ']';
}

void append_tool_calls(std::string& out, const std::vector<wire::ToolCall>& calls) {
    out += '[';
    for (const auto& call : calls) {
        if (&call != &calls.front()) out += ',';
        json::ObjectWriter writer(out);
        writer.text_unless_empty("id", call.id);
        json::ObjectWriter(writer.key("function"))
            .integer("index", call.index)
            .text("name", call.name)
            .json("arguments", call.arguments_json.empty() ? "{}" : call.arguments_json)
            .end();
        writer.end();
    }
    out += ']';
}

Result<wire::ToolCall> checked_tool_call(wire::ToolCall call) {
    const std::string text = call.arguments_json.empty() ? "{}" : call.arguments_json;
    const auto value = json::parse(text);
    const bool is_object = value && value->kind == json::Value::Kind::object;
    if (!is_object) {
        return refuse(
            500, ErrorCode::internal,
            fmt::format("the model wrote invalid tool call arguments for {}: {}",
                        go_quote(call.name), value ? "not a JSON object" : value.error().message));
    }
    call.arguments_json.clear();
    json::append_value(call.arguments_json, *value);
    return call;
}

}  // namespace corral::api::ollama
