#include "api/openai/responses_object.h"

#include <algorithm>
#include <charconv>

#include "api/json/writer.h"
#include "base/text.h"

namespace corral::api::openai {

namespace {

constexpr std::size_t kMaxListLimit = 100;

void append_usage_details(std::string& out, const Usage& usage) {
    json::ObjectWriter writer(out);
    writer.integer("input_tokens", usage.n_prompt)
        .integer("output_tokens", usage.n_generated)
        .integer("total_tokens", usage.n_prompt + usage.n_generated);
    json::ObjectWriter(writer.key("input_tokens_details"))
        .integer("cached_tokens", usage.n_cached)
        .end();
    json::ObjectWriter(writer.key("output_tokens_details"))
        .integer("reasoning_tokens", usage.n_thinking)
        .end();
    writer.end();
}

std::string list_of(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) {
        if (&item != &items.front()) out += ',';
        out += item;
    }
    return out += ']';
}

// When and how it ended.
void append_ending(json::ObjectWriter& writer, const ResponseState& state) {
    if (state.completed) {
        writer.integer("completed_at", *state.completed);
    } else {
        writer.json("completed_at", "null");
    }
    writer.text("status", state.status);
    if (state.incomplete_reason.empty()) {
        writer.json("incomplete_details", "null");
    } else {
        json::ObjectWriter(writer.key("incomplete_details"))
            .text("reason", state.incomplete_reason)
            .end();
    }
}

void append_error(json::ObjectWriter& writer, const ResponseState& state) {
    if (state.status != "failed") {
        writer.json("error", "null");
        return;
    }
    json::ObjectWriter(writer.key("error"))
        .text("code", "server_error")
        .text("message", state.error_message)
        .end();
}

}  // namespace

std::string response_object(const ResponseHead& head, const ResponseState& state,
                            const std::vector<std::string>& output) {
    const auto& echo = head.echo;
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("id", head.id).text("object", "response").integer("created_at", head.created);
    append_ending(writer, state);
    writer.text("model", head.model)
        .json("previous_response_id", echo.previous_response_id)
        .json("instructions", echo.instructions)
        .json("output", list_of(output));
    append_error(writer, state);
    writer.json("tools", echo.tools)
        .json("tool_choice", echo.tool_choice)
        .json("truncation", echo.truncation)
        .json("parallel_tool_calls", echo.parallel_tool_calls)
        .json("text", echo.text)
        .json("top_p", echo.top_p)
        .integer("presence_penalty", 0)
        .integer("frequency_penalty", 0)
        .json("top_logprobs", echo.top_logprobs)
        .json("temperature", echo.temperature)
        .json("reasoning", echo.reasoning);
    if (state.usage) {
        append_usage_details(writer.key("usage"), *state.usage);
    } else {
        writer.json("usage", "null");
    }
    writer.json("max_output_tokens", echo.max_output_tokens)
        .json("max_tool_calls", echo.max_tool_calls)
        .json("store", echo.store)
        .boolean("background", false)
        .json("service_tier", echo.service_tier)
        .json("metadata", echo.metadata)
        .json("user", echo.user)
        .json("safety_identifier", echo.safety_identifier)
        .json("prompt_cache_key", echo.prompt_cache_key)
        .end();
    return out;
}

std::string text_part(std::string_view text, std::string_view logprobs_json) {
    std::string out;
    json::ObjectWriter(out)
        .text("type", "output_text")
        .text("text", text)
        .json("annotations", "[]")
        .json("logprobs", logprobs_json)
        .end();
    return out;
}

std::string reasoning_item(std::string_view id, std::string_view text) {
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("id", id).text("type", "reasoning");
    std::string& summary = writer.key("summary");
    summary += '[';
    json::ObjectWriter(summary).text("type", "summary_text").text("text", text).end();
    summary += ']';
    writer.text("encrypted_content", text).end();
    return out;
}

std::string output_message(std::string_view id, std::string_view status,
                           std::string_view content_json) {
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("id", id).text("type", "message").text("status", status).text("role", "assistant");
    writer.key("content").append("[").append(content_json).append("]");
    writer.end();
    return out;
}

std::string call_item(CallKind kind, std::string_view id, std::string_view status,
                      const wire::ToolCall& call, std::string_view input) {
    const bool is_custom = kind == CallKind::custom;
    std::string out;
    json::ObjectWriter(out)
        .text("id", id)
        .text("type", is_custom ? "custom_tool_call" : "function_call")
        .text("status", status)
        .text("call_id", call.id)
        .text("name", call.name)
        .text(is_custom ? "input" : "arguments", input)
        .end();
    return out;
}

std::string input_tokens_body(std::int64_t n_tokens) {
    std::string out;
    json::ObjectWriter(out)
        .text("object", "response.input_tokens")
        .integer("input_tokens", n_tokens)
        .end();
    return out;
}

std::string deleted_response(std::string_view id) {
    std::string out;
    json::ObjectWriter(out)
        .text("id", id)
        .text("object", "response")
        .boolean("deleted", true)
        .end();
    return out;
}

std::string item_id(std::string_view item_json) {
    const auto item = json::parse(item_json);
    const auto* id = item ? item->find("id") : nullptr;
    return id != nullptr && id->is_string() ? id->text() : std::string();
}

Result<ListQuery> decode_list_query(std::string_view target) {
    ListQuery query;
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return query;
    for (const auto member : split(target.substr(mark + 1), '&')) {
        const auto equals = member.find('=');
        if (equals == std::string_view::npos) continue;
        const auto key = member.substr(0, equals);
        const auto value = member.substr(equals + 1);
        if (key == "after") query.after = value;
        if (key == "order") query.ascending = value == "asc";
        if (key != "limit") continue;
        const auto end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, query.limit);
        if (read.ec != std::errc() || read.ptr != end || query.limit < 1 ||
            query.limit > kMaxListLimit) {
            return std::unexpected(
                Error{ErrorCode::invalid,
                      fmt::format("limit must be between 1 and {}", kMaxListLimit),
                      {},
                      400});
        }
    }
    return query;
}

std::string item_list(std::vector<std::string> items, const ListQuery& query) {
    if (!query.ascending) std::ranges::reverse(items);
    if (!query.after.empty()) {
        const auto before = std::ranges::find(items, query.after, item_id);
        items.erase(items.begin(), before == items.end() ? items.end() : std::next(before));
    }
    const bool has_more = items.size() > query.limit;
    if (has_more) items.resize(query.limit);
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("object", "list").json("data", list_of(items));
    if (items.empty()) {
        writer.json("first_id", "null").json("last_id", "null");
    } else {
        writer.text("first_id", item_id(items.front())).text("last_id", item_id(items.back()));
    }
    writer.boolean("has_more", has_more).end();
    return out;
}

}  // namespace corral::api::openai
