#include "api/anthropic/messages.h"

#include <algorithm>
#include <ranges>

#include "api/anthropic/blocks.h"
#include "api/json/writer.h"
#include "base/text.h"

namespace corral::api::anthropic {

namespace {

using Kind = json::Value::Kind;
using Messages = std::vector<wire::Message>;

std::unexpected<Error> bad_message(std::string message) {
    return fail(Error{ErrorCode::invalid, std::move(message), {}, 400});
}

// What one message comes to.
struct Parts {
    wire::Message said;
    Messages results;  // of tools
};

// The name of the tool that a call used, in this message or an earlier one.
std::string called_tool(const Messages& before, const Parts& parts, std::string_view id) {
    const auto name_in = [&](const wire::Message& message) -> std::string {
        const auto call = std::ranges::find(message.tool_calls, id, &wire::ToolCall::id);
        return call == message.tool_calls.end() ? std::string() : call->name;
    };
    auto name = name_in(parts.said);
    for (const auto& message : before | std::views::reverse) {
        if (!name.empty()) break;
        name = name_in(message);
    }
    return name;
}

Result<void> add_call(const json::Value& block, bool is_checked, wire::Message& said) {
    wire::ToolCall call;
    call.id = text_member(block, "id");
    call.name = text_member(block, "name");
    call.index = static_cast<std::int64_t>(said.tool_calls.size());
    if (is_checked && call.id.empty())
        return bad_message("tool_use block missing required 'id' field");
    if (is_checked && call.name.empty())
        return bad_message("tool_use block missing required 'name' field");
    const auto* input = block.find("input");
    if (input != nullptr && input->kind == Kind::object) {
        json::append_value(call.arguments_json, *input);
    } else {
        call.arguments_json = "{}";
    }
    said.tool_calls.push_back(std::move(call));
    return {};
}

Result<void> add_result_block(const json::Value& block, wire::Message& result) {
    const auto type = text_member(block, "type");
    if (type == "text") result.content += text_member(block, "text");
    if (type == "search_result") result.content += decode_search_result(block);
    if (type == "document") {
        CORRAL_TRY(const auto text, decode_document(block));
        result.content += text;
    }
    if (type == "image") {
        CORRAL_TRY(auto bytes, decode_image(block, "invalid tool_result image source"));
        result.images.push_back(std::move(bytes));
    }
    return {};
}

Result<wire::Message> decode_result(const json::Value& block) {
    wire::Message result;
    result.role = "tool";
    result.tool_call_id = text_member(block, "tool_use_id");
    const auto* content = block.find("content");
    if (content != nullptr && content->is_string()) result.content = content->text();
    if (content != nullptr && content->kind == Kind::array) {
        for (const auto& inner : content->items) CORRAL_CHECK(add_result_block(inner, result));
    }
    const auto* is_error = block.find("is_error");
    const bool failed =
        is_error != nullptr && is_error->kind == Kind::boolean && is_error->boolean();
    if (failed) result.content.insert(0, "Error: ");
    return result;
}

Result<void> add_block(const json::Value& block, const Messages& before, Parts& parts) {
    const auto type = text_member(block, "type");
    auto& said = parts.said;
    if (type == "text") {
        said.content += text_member(block, "text");
    } else if (type == "image") {
        CORRAL_TRY(auto bytes, decode_image(block, "invalid image source"));
        said.images.push_back(std::move(bytes));
    } else if (type == "document") {
        CORRAL_TRY(const auto text, decode_document(block));
        said.content += text;
    } else if (type == "search_result") {
        said.content += decode_search_result(block);
    } else if (type == "thinking") {
        said.thinking = text_member(block, "thinking");
    } else if (type == "tool_use" || type == "server_tool_use") {
        return add_call(block, type == "tool_use", said);
    } else if (type == "tool_result" || type == "web_search_tool_result") {
        CORRAL_TRY(auto result, decode_result(block));
        if (type == "web_search_tool_result") result.content = decode_web_search_result(block);
        result.tool_name = called_tool(before, parts, result.tool_call_id);
        parts.results.push_back(std::move(result));
    }
    return {};
}

Result<void> read_content(const json::Value& item, const Messages& before, Parts& parts) {
    const auto* content = item.find("content");
    if (content == nullptr) return bad_message("unexpected end of JSON input");
    if (content->is_string()) {
        parts.said.content = content->text();
        return {};
    }
    if (content->is_null()) return {};
    if (content->kind != Kind::array)
        return bad_message("invalid message content: it is a text or a list of blocks");
    for (const auto& block : content->items) CORRAL_CHECK(add_block(block, before, parts));
    return {};
}

bool says_nothing(const wire::Message& message) {
    return message.content.empty() && message.thinking.empty() && message.images.empty() &&
           message.tool_calls.empty();
}

}  // namespace

std::string decode_system(const json::Value& system) {
    if (system.is_string()) return system.text();
    std::string text;
    for (const auto& block : system.items) {
        if (text_member(block, "type") == "text") text += text_member(block, "text");
    }
    return text;
}

Result<std::vector<wire::Message>> decode_messages(const json::Value& list) {
    Messages messages;
    for (const auto& item : list.items) {
        if (item.kind != Kind::object) return bad_message("invalid message: it is not an object");
        Parts parts;
        parts.said.role = lower(text_member(item, "role"));
        CORRAL_CHECK(read_content(item, messages, parts));
        const bool results_first = parts.said.role == "user";
        const bool is_said = !says_nothing(parts.said);
        if (is_said && !results_first) messages.push_back(parts.said);
        std::ranges::move(parts.results, std::back_inserter(messages));
        if (is_said && results_first) messages.push_back(std::move(parts.said));
    }
    return messages;
}

}  // namespace corral::api::anthropic
