#include "api/anthropic/answer.h"

#include <algorithm>

#include "api/common/sse.h"
#include "api/json/writer.h"
#include "base/json_string.h"

namespace corral::api::anthropic {

namespace {

constexpr std::string_view kSignature = "Y29ycmFs";

void append_message_usage(std::string& out, std::int64_t n_prompt, std::int64_t n_cached,
                          std::int64_t n_generated) {
    json::ObjectWriter(out)
        .integer("input_tokens", std::max<std::int64_t>(0, n_prompt - n_cached))
        .integer("cache_creation_input_tokens", 0)
        .integer("cache_read_input_tokens", n_cached)
        .integer("output_tokens", n_generated)
        .end();
}

// Why an answer ended, and by which of the client's own stop sequences.
struct Stop {
    std::string_view reason;
    std::string_view sequence;  // empty: null
};

Stop stop_of(const MessageHead& head, const wire::Done& done, bool called_tools) {
    if (called_tools) return {"tool_use", {}};
    if (done.reason == wire::DoneReason::length) return {"max_tokens", {}};
    if (done.reason == wire::DoneReason::context_full) return {"model_context_window_exceeded", {}};
    const auto& stops = head.stop_sequences;
    const bool is_theirs =
        !done.stop_text.empty() && std::ranges::find(stops, done.stop_text) != stops.end();
    return is_theirs ? Stop{"stop_sequence", done.stop_text} : Stop{"end_turn", {}};
}

void put_stop(json::ObjectWriter& writer, const Stop& stop) {
    writer.text("stop_reason", stop.reason);
    if (stop.sequence.empty()) {
        writer.json("stop_sequence", "null");
    } else {
        writer.text("stop_sequence", stop.sequence);
    }
}

json::ObjectWriter& put_head(json::ObjectWriter& writer, const MessageHead& head) {
    return writer.text("id", head.id)
        .text("type", "message")
        .text("role", "assistant")
        .text("model", head.model);
}

std::string arguments_of(const wire::ToolCall& call) {
    return call.arguments_json.empty() ? "{}" : call.arguments_json;
}

void append_blocks(std::string& out, const wire::Delta& answer) {
    out += '[';
    const auto next = [&out] { return json::ObjectWriter(out.back() == '[' ? out : out += ','); };
    if (!answer.thinking.empty()) {
        next()
            .text("type", "thinking")
            .text("thinking", answer.thinking)
            .text("signature", kSignature)
            .end();
    }
    if (!answer.content.empty()) next().text("type", "text").text("text", answer.content).end();
    for (const auto& call : answer.tool_calls) {
        next()
            .text("type", "tool_use")
            .text("id", call.id)
            .text("name", call.name)
            .json("input", arguments_of(call))
            .end();
    }
    out += ']';
}

// An event's data begins with its name.
json::ObjectWriter begin_event(std::string& data, std::string_view type) {
    json::ObjectWriter writer(data);
    writer.text("type", type);
    return writer;
}

void append_block_start(std::string& out, std::int64_t index, std::string_view block) {
    std::string data;
    begin_event(data, "content_block_start")
        .integer("index", index)
        .json("content_block", block)
        .end();
    sse::append_event(out, "content_block_start", data);
}

}  // namespace

std::string message_body(const MessageHead& head, const wire::Delta& answer,
                         const wire::Done& done) {
    std::string out;
    json::ObjectWriter writer(out);
    append_blocks(put_head(writer, head).key("content"), answer);
    put_stop(writer, stop_of(head, done, !answer.tool_calls.empty()));
    append_message_usage(writer.key("usage"), done.timings.n_prompt, done.timings.n_prompt_cached,
                         done.timings.n_generated);
    writer.end();
    return out += '\n';
}

void MessageStream::start(std::string& out, std::int64_t n_prompt, std::int64_t n_cached) {
    if (std::exchange(started_, true)) return;
    std::string data;
    auto event = begin_event(data, "message_start");
    json::ObjectWriter message(event.key("message"));
    put_head(message, head_)
        .json("content", "[]")
        .json("stop_reason", "null")
        .json("stop_sequence", "null");
    append_message_usage(message.key("usage"), n_prompt, n_cached, 0);
    message.end();
    event.end();
    sse::append_event(out, "message_start", data);
    append_ping(out);
}

void MessageStream::delta(std::string& out, std::string_view type, std::string_view key,
                          std::string_view text) const {
    std::string data;
    auto event = begin_event(data, "content_block_delta");
    event.integer("index", index_);
    json::ObjectWriter(event.key("delta")).text("type", type).text(key, text).end();
    event.end();
    sse::append_event(out, "content_block_delta", data);
}

void MessageStream::open(std::string& out, Open kind) {
    if (open_ == kind) return;
    close(out);
    open_ = kind;
    append_block_start(out, index_,
                       kind == Open::thinking
                           ? R"({"type":"thinking","thinking":"","signature":""})"
                           : R"({"type":"text","text":""})");
}

void MessageStream::close(std::string& out) {
    if (open_ == Open::nothing) return;
    if (open_ == Open::thinking) delta(out, "signature_delta", "signature", kSignature);
    open_ = Open::nothing;
    std::string data;
    begin_event(data, "content_block_stop").integer("index", index_++).end();
    sse::append_event(out, "content_block_stop", data);
}

void MessageStream::open_call(std::string& out, std::int64_t call_index, std::string_view id,
                              std::string_view name) {
    close(out);
    open_ = Open::call;
    open_call_ = call_index;
    std::string block;
    json::ObjectWriter(block)
        .text("type", "tool_use")
        .text("id", id)
        .text("name", name)
        .json("input", "{}")
        .end();
    append_block_start(out, index_, block);
}

void MessageStream::add_call_piece(std::string& out, const wire::ToolCallPiece& piece) {
    if (told_calls_.insert(piece.index).second) open_call(out, piece.index, piece.id, piece.name);
    delta(out, "input_json_delta", "partial_json", piece.arguments);
}

void MessageStream::add_call(std::string& out, const wire::ToolCall& call) {
    called_tools_ = true;
    if (!told_calls_.contains(call.index)) {
        open_call(out, call.index, call.id, call.name);
        delta(out, "input_json_delta", "partial_json", arguments_of(call));
    }
    if (open_ == Open::call && open_call_ == call.index) close(out);
}

void MessageStream::piece(std::string& out, const wire::Delta& delta, std::int64_t n_guessed) {
    const bool says_nothing = delta.thinking.empty() && delta.content.empty() &&
                              delta.tool_calls.empty() && delta.call_pieces.empty();
    if (says_nothing) return;
    start(out, delta.n_prompt > 0 ? delta.n_prompt : n_guessed, delta.n_prompt_cached);
    if (!delta.thinking.empty()) {
        open(out, Open::thinking);
        this->delta(out, "thinking_delta", "thinking", delta.thinking);
    }
    if (!delta.content.empty()) {
        open(out, Open::text);
        this->delta(out, "text_delta", "text", delta.content);
    }
    for (const auto& piece : delta.call_pieces) add_call_piece(out, piece);
    for (const auto& call : delta.tool_calls) add_call(out, call);
}

void MessageStream::end(std::string& out, const wire::Done& done) {
    const auto& timings = done.timings;
    start(out, timings.n_prompt, timings.n_prompt_cached);
    close(out);
    std::string data;
    auto event = begin_event(data, "message_delta");
    json::ObjectWriter delta(event.key("delta"));
    put_stop(delta, stop_of(head_, done, called_tools_));
    delta.end();
    append_message_usage(event.key("usage"), timings.n_prompt, timings.n_prompt_cached,
                         timings.n_generated);
    event.end();
    sse::append_event(out, "message_delta", data);
    sse::append_event(out, "message_stop", R"({"type":"message_stop"})");
}

void append_ping(std::string& out) {
    sse::append_event(out, "ping", R"({"type":"ping"})");
}

std::string count_body(std::int64_t n_tokens) {
    std::string out;
    json::ObjectWriter(out).integer("input_tokens", n_tokens).end();
    return out += '\n';
}

std::int64_t estimated_tokens(const ollama::ChatRequest& request) {
    constexpr std::size_t kBytesPerToken = 4;
    std::size_t n_bytes = request.tools_json.size();
    for (const auto& message : request.messages) {
        n_bytes += message.role.size() + message.content.size() + message.thinking.size();
        for (const auto& call : message.tool_calls)
            n_bytes += call.name.size() + call.arguments_json.size();
    }
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(n_bytes / kBytesPerToken));
}

}  // namespace corral::api::anthropic
