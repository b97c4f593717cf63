#include "api/openai/chat_answer.h"

#include "api/common/sse.h"
#include "api/json/writer.h"
#include "api/openai/logprobs.h"
#include "base/json_string.h"

namespace corral::api::openai {

namespace {

constexpr std::string_view kFingerprint = "fp_ollama";

void append_call(std::string& out, const wire::ToolCall& call, const ChatHead& head) {
    const bool is_custom = head.custom_tools.contains(call.name);
    const auto* type = is_custom ? "custom" : "function";
    json::ObjectWriter writer(out);
    writer.text("id", call.id).integer("index", call.index).text("type", type);
    json::ObjectWriter called(writer.key(type));
    called.text("name", call.name);
    if (is_custom) {
        called.text("input", custom_tool_input(call.arguments_json));
    } else {
        called.text("arguments", call.arguments_json);
    }
    called.end();
    writer.end();
}

void append_more_arguments(std::string& out, const wire::ToolCallPiece& piece) {
    json::ObjectWriter writer(out);
    writer.integer("index", piece.index);
    json::ObjectWriter(writer.key("function")).text("arguments", piece.arguments).end();
    writer.end();
}

// `"function_call":{…}`.
void append_function_call(std::string& out, const wire::ToolCall& call) {
    json::ObjectWriter(out.append("\"function_call\":"))
        .text("name", call.name)
        .text("arguments", call.arguments_json)
        .end();
}

// `"tool_calls":[…]`, or `"function_call":{…}`.
void append_called(std::string& out, const std::vector<wire::ToolCall>& calls,
                   const ChatHead& head) {
    if (head.has_functions) return append_function_call(out, calls.front());
    out += "\"tool_calls\":[";
    for (const auto& call : calls) {
        if (&call != &calls.front()) out += ',';
        append_call(out, call, head);
    }
    out += ']';
}

void append_head(json::ObjectWriter& writer, const ChatHead& head, std::string_view object) {
    writer.text("id", head.id)
        .text("object", object)
        .integer("created", head.created)
        .text("model", head.model)
        .text("system_fingerprint", kFingerprint);
}

void append_message(std::string& out, const wire::Delta& answer, const ChatHead& head) {
    json::ObjectWriter writer(out);
    writer.text("role", "assistant").text("content", answer.content);
    writer.text_unless_empty("reasoning", answer.thinking);
    if (head.reasoning_content) writer.text_unless_empty("reasoning_content", answer.thinking);
    if (!answer.tool_calls.empty()) append_called(out.append(","), answer.tool_calls, head);
    writer.json("refusal", "null").json("annotations", "[]").end();
}

void append_logprobs(std::string& out, const std::vector<wire::Logprob>& logprobs) {
    json::ObjectWriter writer(out);
    append_logprob_list(writer.key("content"), logprobs);
    writer.json("refusal", "null").end();
}

void append_finish(json::ObjectWriter& writer, std::string_view reason) {
    if (reason.empty()) {
        writer.json("finish_reason", "null");
    } else {
        writer.text("finish_reason", reason);
    }
}

// The members of a delta that hold thoughts.
void append_reasoning(std::string& out, std::string_view thinking, bool by_both_names) {
    append_json_string(out.append("\"reasoning\":"), thinking);
    if (by_both_names) append_json_string(out.append(",\"reasoning_content\":"), thinking);
}

void append_choice(std::string& out, const ChatChoice& choice, std::int64_t index,
                   const ChatHead& head) {
    json::ObjectWriter writer(out);
    writer.integer("index", index);
    append_message(writer.key("message"), choice.answer, head);
    append_finish(writer, choice.finish);
    if (!choice.answer.logprobs.empty())
        append_logprobs(writer.key("logprobs"), choice.answer.logprobs);
    writer.end();
}

}  // namespace

std::string chat_body(const ChatHead& head, const std::vector<ChatChoice>& choices,
                      const Usage& usage) {
    std::string out;
    json::ObjectWriter writer(out);
    append_head(writer, head, "chat.completion");
    writer.key("choices") += '[';
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) out += ',';
        append_choice(out, choices[i], static_cast<std::int64_t>(i), head);
    }
    out += ']';
    append_usage(writer.key("usage"), usage);
    writer.text("service_tier", "default").end();
    return out += '\n';
}

std::string rendered_chat_body(const ChatHead& head, std::string_view prompt,
                               std::size_t n_images) {
    std::string out;
    json::ObjectWriter writer(out);
    append_head(writer, head, "chat.completion");
    writer.json("choices", R"([{"index":0,"message":{"role":"","content":""},)"
                           R"("finish_reason":null}])");
    append_usage(writer.key("usage"), {});
    json::ObjectWriter(writer.key("_debug_info"))
        .text("rendered_template", prompt)
        .integer_unless_zero("image_count", static_cast<std::int64_t>(n_images))
        .end();
    writer.end();
    return out += '\n';
}

std::string_view chat_finish(const ChatHead& head, wire::DoneReason reason, bool has_called) {
    const auto finish = finish_reason(reason, has_called);
    return head.has_functions && finish == "tool_calls" ? "function_call" : finish;
}

bool is_worth_a_chunk(const wire::Delta& delta) {
    return !delta.content.empty() || !delta.thinking.empty() || !delta.tool_calls.empty() ||
           !delta.call_pieces.empty() || !delta.logprobs.empty();
}

ChatStream::ChatStream(const ChatHead& head, std::int64_t index) : head_(head) {
    json::ObjectWriter writer(head_json_);
    append_head(writer, head, "chat.completion.chunk");
    writer.key("choices") += "[{\"index\":";
    json::append_integer(head_json_, index);
}

std::string ChatStream::role() {
    const bool is_first = !begun_;
    begun_ = true;
    return is_first ? R"({"role":"assistant",)" : "{";
}

void ChatStream::open_chunk(std::string& out, std::string_view delta_json,
                            const std::vector<wire::Logprob>& logprobs,
                            std::string_view finish) const {
    std::string chunk = head_json_;
    chunk.append(",\"delta\":").append(delta_json).append(",\"finish_reason\":");
    if (finish.empty()) {
        chunk += "null";
    } else {
        chunk.append("\"").append(finish).append("\"");
    }
    if (!logprobs.empty()) {
        chunk += ",\"logprobs\":";
        append_logprobs(chunk, logprobs);
    }
    chunk += "}]}";
    sse::append_data(out, chunk);
}

// The member that tells what is new of calls, or empty.
std::string ChatStream::called_json(const wire::Delta& delta) {
    std::string list;
    const auto next = [&list]() -> std::string& { return list.empty() ? list : list += ','; };
    for (const auto& piece : delta.call_pieces) {
        if (head_.custom_tools.contains(piece.name)) continue;
        if (told_calls_.insert(piece.index).second) {
            append_call(next(), {piece.id, piece.index, piece.name, piece.arguments}, head_);
        } else {
            append_more_arguments(next(), piece);
        }
    }
    for (const auto& call : delta.tool_calls) {
        if (head_.has_functions) append_function_call(list, call);
        if (head_.has_functions) return list;
        if (!told_calls_.contains(call.index)) append_call(next(), call, head_);
    }
    return list.empty() ? list : "\"tool_calls\":[" + list + "]";
}

void ChatStream::piece(std::string& out, const wire::Delta& delta) {
    called_tools_ |= !delta.tool_calls.empty();
    const std::string called = called_json(delta);
    const bool has_calls = !delta.tool_calls.empty() || !delta.call_pieces.empty();
    const bool tells_nothing = called.empty() && has_calls && delta.content.empty() &&
                               delta.thinking.empty() && delta.logprobs.empty();
    if (tells_nothing) return;
    std::string rest = role();
    const bool has_both = !delta.thinking.empty() && (!delta.content.empty() || !called.empty());
    if (has_both) {  // thinking in a chunk of its own, which has no content at all
        append_reasoning(rest, delta.thinking, head_.reasoning_content);
        open_chunk(out, rest.append("}"), delta.logprobs, {});
        rest = "{";
    }
    append_json_string(rest.append("\"content\":"), delta.content);
    if (!has_both && !delta.thinking.empty())
        append_reasoning(rest.append(","), delta.thinking, head_.reasoning_content);
    if (!called.empty()) rest.append(",").append(called);
    static const std::vector<wire::Logprob> kNone;
    open_chunk(out, rest.append("}"), has_both ? kNone : delta.logprobs, {});
}

void ChatStream::finish(std::string& out, std::string_view reason) {
    if (!begun_) piece(out, {});
    open_chunk(out, "{}", {}, reason);
}

void ChatStream::end(std::string& out, const wire::Done& done) {
    finish(out, chat_finish(head_, done.reason, called_tools_));
}

void append_usage_chunk(std::string& out, const ChatHead& head, const Usage& usage) {
    std::string chunk;
    json::ObjectWriter writer(chunk);
    append_head(writer, head, "chat.completion.chunk");
    writer.json("choices", "[]");
    append_usage(writer.key("usage"), usage);
    writer.end();
    sse::append_data(out, chunk);
}

}  // namespace corral::api::openai
