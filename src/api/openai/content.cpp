#include "api/openai/content.h"

#include <algorithm>
#include <ranges>

#include "api/common/image_url.h"
#include "api/json/field.h"
#include "api/json/writer.h"
#include "api/openai/custom_tools.h"
#include "base/base64.h"
#include "base/text.h"

namespace corral::api::openai {

namespace {

using Kind = json::Value::Kind;

using json::in_element;
using json::in_field;
using json::refuse_field;

constexpr std::string_view kBadMessage = "invalid message format";

std::unexpected<Error> bad(std::string message) {
    return fail(Error{ErrorCode::invalid, std::move(message), {}, 400});
}

std::unexpected<Error> bad_message() {
    return bad(std::string(kBadMessage));
}

std::string text_of(const json::Value* value) {
    return value != nullptr && value->is_string() ? value->text() : std::string();
}

void join_text(std::string& content, std::string_view text) {
    if (!content.empty()) content += '\n';
    content += text;
}

Result<void> add_image(const json::Value& part, wire::Message& message) {
    const auto* image = part.find("image_url");
    if (image != nullptr && image->kind == Kind::object) image = image->find("url");
    if (image == nullptr || !image->is_string())
        return refuse_field("image_url", std::string(kBadMessage));
    CORRAL_TRY(auto bytes, in_field("image_url", decode_image_url(image->text())));
    message.images.push_back(std::move(bytes));
    return {};
}

// A file with its text inline.
Result<void> add_file(const json::Value& part, wire::Message& message) {
    const auto* file = part.find("file");
    const auto* data = file == nullptr ? nullptr : file->find("file_data");
    if (data == nullptr || !data->is_string())
        return refuse_field("file.file_data", std::string(kBadMessage));
    CORRAL_TRY(const auto text, in_field("file.file_data", decode_text_file(data->text())));
    if (!text) {
        return refuse_field(
            "file.file_data",
            "files other than text are not supported, please send their text instead");
    }
    join_text(message.content, *text);
    return {};
}

Result<void> add_part(const json::Value& part, wire::Message& message) {
    if (part.kind != Kind::object) return bad_message();
    const auto type = text_of(part.find("type"));
    for (const auto* text_type : {"text", "refusal"}) {
        if (type != text_type) continue;
        const auto* text = part.find(text_type);
        if (text == nullptr || !text->is_string())
            return refuse_field(text_type, std::string(kBadMessage));
        join_text(message.content, text->text());
        return {};
    }
    if (type == "image_url") return add_image(part, message);
    if (type == "file") return add_file(part, message);
    if (type != "input_audio") return refuse_field("type", std::string(kBadMessage));
    CORRAL_TRY(auto bytes, in_field("input_audio", decode_input_audio(part.find("input_audio"))));
    message.images.push_back(std::move(bytes));
    return {};
}

Result<void> read_content(const json::Value& from, wire::Message& message) {
    const auto* content = from.find("content");
    if (content != nullptr && content->is_string()) {
        message.content = content->text();
        return {};
    }
    if (content != nullptr && content->kind == Kind::array) {
        for (std::size_t i = 0; i < content->items.size(); ++i)
            CORRAL_CHECK(in_field("content", in_element(i, add_part(content->items[i], message))));
        return {};
    }
    for (const auto* calls : {from.find("tool_calls"), from.find("function_call")}) {
        if (calls != nullptr && !calls->is_null()) return {};
    }
    return refuse_field("content",
                        fmt::format("invalid message content type: {}", go_type_of(content)),
                        content == nullptr ? json::kMissing : json::kInvalidType);
}

// The arguments are JSON text in a string; an object itself, and nothing, are taken as well.
Result<std::string> read_arguments_text(const json::Value* arguments) {
    if (arguments == nullptr || arguments->is_null()) return "{}";
    const auto text = arguments->is_string() ? arguments->text() : std::string(arguments->raw);
    if (text.empty()) return "{}";
    const auto parsed = json::parse(text);
    if (!parsed || parsed->kind != Kind::object)
        return refuse_field("function.arguments", "invalid tool call arguments");
    std::string compact;
    json::append_value(compact, *parsed);
    return compact;
}

Result<void> add_call(const json::Value& function, std::string id, wire::Message& message) {
    wire::ToolCall call;
    call.id = std::move(id);
    call.index = static_cast<std::int64_t>(message.tool_calls.size());
    call.name = text_of(function.find("name"));
    CORRAL_TRY(call.arguments_json, read_arguments_text(function.find("arguments")));
    message.tool_calls.push_back(std::move(call));
    return {};
}

Result<void> add_tool_call(const json::Value& item, wire::Message& message) {
    if (const auto* custom = item.find("custom");
        text_of(item.find("type")) == "custom" && custom) {
        message.tool_calls.push_back(
            {text_of(item.find("id")), static_cast<std::int64_t>(message.tool_calls.size()),
             text_of(custom->find("name")), custom_tool_arguments(text_of(custom->find("input")))});
        return {};
    }
    const auto* function = item.find("function");
    if (function == nullptr)
        return refuse_field("function", std::string(kBadMessage), json::kMissing);
    return add_call(*function, text_of(item.find("id")), message);
}

// `tool_calls`, and the one call that they replaced.
Result<void> read_calls(const json::Value& from, wire::Message& message) {
    const auto* called = from.find("function_call");
    if (called != nullptr && called->kind == Kind::object)
        CORRAL_CHECK(add_call(*called, {}, message));
    const auto* calls = from.find("tool_calls");
    if (calls == nullptr || calls->is_null()) return {};
    if (calls->kind != Kind::array)
        return refuse_field("tool_calls", std::string(kBadMessage), json::kInvalidType);
    for (std::size_t i = 0; i < calls->items.size(); ++i)
        CORRAL_CHECK(
            in_field("tool_calls", in_element(i, add_tool_call(calls->items[i], message))));
    return {};
}

Result<void> check_is_text(const json::Value& message, std::string_view key) {
    const auto* value = message.find(key);
    if (value == nullptr || value->is_null() || value->is_string()) return {};
    return refuse_field(key, fmt::format("{} must be a string, not {}", key, value->raw),
                        json::kInvalidType);
}

// `before` are the messages that came earlier: they know what a result is one of.
Result<wire::Message> decode_message(const json::Value& item,
                                     const std::vector<wire::Message>& before) {
    if (item.kind != Kind::object) return bad_message();
    for (const auto* key : {"role", "name", "tool_call_id", "reasoning", "reasoning_content"})
        CORRAL_CHECK(check_is_text(item, key));
    wire::Message message;
    message.role = native_role(text_of(item.find("role")));
    CORRAL_CHECK(read_content(item, message));
    CORRAL_CHECK(read_calls(item, message));
    message.thinking = text_of(item.find("reasoning"));
    if (message.thinking.empty()) message.thinking = text_of(item.find("reasoning_content"));
    message.tool_call_id = text_of(item.find("tool_call_id"));
    if (message.role == "tool") {
        message.tool_name = text_of(item.find("name"));
        if (message.tool_name.empty())
            message.tool_name = called_function(before, message.tool_call_id);
    }
    return message;
}

}  // namespace

std::string_view go_type_of(const json::Value* value) {
    switch (value == nullptr ? Kind::null : value->kind) {
        case Kind::null:
            return "<nil>";
        case Kind::boolean:
            return "bool";
        case Kind::number:
            return "float64";
        case Kind::string:
            return "string";
        case Kind::array:
            return "[]interface {}";
        case Kind::object:
            return "map[string]interface {}";
    }
    return {};
}

Result<std::optional<std::string>> decode_text_file(std::string_view data_url) {
    constexpr std::string_view kText = "data:text/";
    constexpr std::string_view kBase64 = ";base64,";
    const auto mark = data_url.find(kBase64);
    if (!data_url.starts_with(kText) || mark == std::string_view::npos) return std::nullopt;
    CORRAL_TRY(auto text, base64_decode(data_url.substr(mark + kBase64.size())));
    return text;
}

std::string called_function(const std::vector<wire::Message>& messages, std::string_view id) {
    for (const auto& message : messages | std::views::reverse) {
        const auto call = std::ranges::find(message.tool_calls, id, &wire::ToolCall::id);
        if (call != message.tool_calls.end()) return call->name;
    }
    return {};
}

std::string native_role(std::string role) {
    role = lower(role);
    return role == "developer" ? "system" : role == "function" ? "tool" : role;
}

Result<std::string> decode_image_url(std::string_view url) {
    if (is_web_url(url)) return image_at(url);
    const auto comma = url.find(',');
    const auto head = lower(url.substr(0, comma));
    const bool is_image = head.starts_with("data:image/") || head == "data:;base64";
    if (comma == std::string_view::npos || !is_image || !head.ends_with(";base64")) {
        return bad("invalid image input");
    }
    auto bytes = base64_decode(url.substr(comma + 1));
    if (!bytes) return bad("invalid image input");
    return bytes;
}

Result<std::string> decode_input_audio(const json::Value* audio) {
    if (audio == nullptr || audio->kind != Kind::object) return bad("invalid input_audio format");
    const auto* data = audio->find("data");
    if (data == nullptr || !data->is_string()) {
        return refuse_field("data", "invalid input_audio format: missing data", json::kMissing);
    }
    auto bytes = base64_decode(data->text());
    if (!bytes)
        return refuse_field("data", "invalid input_audio base64 data: " + bytes.error().message);
    return bytes;
}

Result<std::vector<wire::Message>> decode_messages(const json::Value& list) {
    std::vector<wire::Message> messages;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        CORRAL_TRY(auto message, in_element(i, decode_message(list.items[i], messages)));
        messages.push_back(std::move(message));
    }
    return messages;
}

}  // namespace corral::api::openai
