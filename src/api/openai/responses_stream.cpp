#include "api/openai/responses_stream.h"

#include <utility>

#include "api/json/writer.h"
#include "api/openai/logprobs.h"
#include "api/openai/responses_tools.h"
#include "base/json_string.h"

namespace corral::api::openai {

namespace {

// Events sort the keys of what they hold.
std::string sorted(const std::string& object_json) {
    const auto value = json::parse(object_json);
    if (!value) return object_json;
    std::string out;
    json::append_sorted(out, *value);
    return out;
}

// `"key":"text",`.
std::string text_member_json(std::string_view key, std::string_view text) {
    std::string out;
    append_json_string(out, key);
    out += ':';
    append_json_string(out, text);
    return out += ',';
}

}  // namespace

ResponseStream::ResponseStream(ResponseHead head, std::set<std::string, std::less<>> custom_tools,
                               MakeId make_id)
    : head_(std::move(head)),
      custom_tools_(std::move(custom_tools)),
      make_id_(std::move(make_id)) {}

// Members are given in their order, each with a comma behind it, those after the sequence number
// with one in front.
void ResponseStream::event(std::string& out, std::string_view type,
                           std::string_view before_sequence, std::string_view after_sequence) {
    out.append("event: ").append(type).append("\ndata: {").append(before_sequence);
    out.append("\"sequence_number\":");
    json::append_integer(out, sequence_++);
    out.append(after_sequence).append(",\"type\":\"").append(type).append("\"}\n\n");
}

std::string ResponseStream::place() const {
    return fmt::format(R"("output_index":{},)", output_.size());
}

void ResponseStream::item_event(std::string& out, std::string_view type,
                                const std::string& item_json) {
    event(out, type, "\"item\":" + sorted(item_json) + "," + place());
}

void ResponseStream::response_event(std::string& out, std::string_view type) {
    event(out, type, "\"response\":" + sorted(body()) + ",");
}

std::string ResponseStream::body() const {
    return response_object(head_, state_, output_);
}

std::string ResponseStream::cancelled_body() const {
    auto state = state_;
    state.status = "cancelled";
    return response_object(head_, state, output_);
}

void ResponseStream::begin(std::string& out) {
    if (std::exchange(begun_, true)) return;
    response_event(out, "response.created");
    response_event(out, "response.in_progress");
}

void ResponseStream::piece(std::string& out, const wire::Delta& delta) {
    begin(out);
    if (!delta.thinking.empty()) add_thinking(out, delta.thinking);
    if (!delta.content.empty()) add_text(out, delta);
    for (const auto& piece : delta.call_pieces) add_call_piece(out, piece);
    for (const auto& call : delta.tool_calls) add_call(out, call);
}

void ResponseStream::open(std::string& out, Open kind) {
    if (open_ == kind) return;
    close(out);
    open_ = kind;
    const bool is_message = kind == Open::message;
    item_id_ = make_id_(is_message ? "msg" : "rs");
    if (is_message) {
        has_answer_ = true;
        item_event(out, "response.output_item.added", output_message(item_id_, "in_progress", ""));
        event(out, "response.content_part.added",
              "\"content_index\":0," + text_member_json("item_id", item_id_) + place() +
                  "\"part\":" + sorted(text_part("", "[]")) + ",");
    } else {
        std::string item;
        json::ObjectWriter(item)
            .text("id", item_id_)
            .json("summary", "[]")
            .text("type", "reasoning")
            .end();
        item_event(out, "response.output_item.added", item);
        event(out, "response.reasoning_summary_part.added",
              text_member_json("item_id", item_id_) + place() +
                  R"("part":{"text":"","type":"summary_text"},)",
              R"(,"summary_index":0)");
    }
}

void ResponseStream::add_thinking(std::string& out, std::string_view text) {
    open(out, Open::reasoning);
    text_ += text;
    event(out, "response.reasoning_summary_text.delta",
          text_member_json("delta", text) + text_member_json("item_id", item_id_) + place(),
          R"(,"summary_index":0)");
}

void ResponseStream::add_text(std::string& out, const wire::Delta& delta) {
    open(out, Open::message);
    text_ += delta.content;
    std::string logprobs = "[]";
    if (!delta.logprobs.empty()) {
        logprobs.clear();
        append_logprob_list(logprobs, delta.logprobs);
        if (!logprobs_.empty()) logprobs_ += ',';
        logprobs_.append(logprobs, 1, logprobs.size() - 2);
    }
    event(out, "response.output_text.delta",
          "\"content_index\":0," + text_member_json("delta", delta.content) +
              text_member_json("item_id", item_id_) + "\"logprobs\":" + logprobs + "," + place());
}

// The text of a custom tool stands in its arguments; it is told whole.
void ResponseStream::add_call_piece(std::string& out, const wire::ToolCallPiece& piece) {
    if (custom_tools_.contains(piece.name)) return;
    if (told_calls_.insert(piece.index).second) {
        close(out);
        open_ = Open::call;
        has_answer_ = true;
        item_id_ = make_id_("fc");
        call_ = {piece.id, piece.index, piece.name, {}};
        item_event(out, "response.output_item.added",
                   call_item(CallKind::function, item_id_, "in_progress", call_, ""));
    }
    text_ += piece.arguments;
    event(out, "response.function_call_arguments.delta",
          text_member_json("delta", piece.arguments) + text_member_json("item_id", item_id_) +
              place());
}

void ResponseStream::add_call(std::string& out, const wire::ToolCall& call) {
    if (!told_calls_.contains(call.index)) return add_whole_call(out, call);
    if (open_ == Open::call && call_.index == call.index) close(out);
}

void ResponseStream::close_call(std::string& out, std::string_view status) {
    event(out, "response.function_call_arguments.done",
          text_member_json("arguments", text_) + text_member_json("item_id", item_id_) + place());
    keep(out, call_item(CallKind::function, item_id_, status, call_, text_));
}

void ResponseStream::add_whole_call(std::string& out, const wire::ToolCall& call) {
    close(out);
    has_answer_ = true;
    const bool is_custom = custom_tools_.contains(call.name);
    const auto id = make_id_(is_custom ? "ctc" : "fc");
    const auto input = is_custom ? custom_tool_input(call.arguments_json) : call.arguments_json;
    const auto item = [&](std::string_view status, std::string_view text) {
        return call_item(is_custom ? CallKind::custom : CallKind::function, id, status, call, text);
    };
    const std::string kind =
        is_custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
    item_event(out, "response.output_item.added", item("in_progress", ""));
    event(out, kind + ".delta",
          text_member_json("delta", input) + text_member_json("item_id", id) + place());
    event(out, kind + ".done",
          text_member_json(is_custom ? "input" : "arguments", input) +
              text_member_json("item_id", id) + place());
    keep(out, item("completed", input));
}

void ResponseStream::keep(std::string& out, std::string item_json) {
    item_event(out, "response.output_item.done", item_json);
    output_.push_back(std::move(item_json));
}

void ResponseStream::close(std::string& out, std::string_view status) {
    const auto kind = std::exchange(open_, Open::nothing);
    if (kind == Open::reasoning) close_reasoning(out);
    if (kind == Open::message) close_message(out, status);
    if (kind == Open::call) close_call(out, status);
    text_.clear();
    logprobs_.clear();
}

void ResponseStream::close_reasoning(std::string& out) {
    const auto item = text_member_json("item_id", item_id_) + place();
    std::string text;
    append_json_string(text, text_);
    event(out, "response.reasoning_summary_text.done", item,
          R"(,"summary_index":0,"text":)" + text);
    event(out, "response.reasoning_summary_part.done",
          item + "\"part\":{\"text\":" + text + R"(,"type":"summary_text"},)",
          R"(,"summary_index":0)");
    keep(out, reasoning_item(item_id_, text_));
}

void ResponseStream::close_message(std::string& out, std::string_view status) {
    const auto part = text_part(text_, logprobs_json());
    const auto head = "\"content_index\":0," + text_member_json("item_id", item_id_);
    std::string text = R"(,"text":)";
    append_json_string(text, text_);
    event(out, "response.output_text.done",
          head + "\"logprobs\":" + logprobs_json() + "," + place(), text);
    event(out, "response.content_part.done", head + place() + "\"part\":" + sorted(part) + ",");
    keep(out, output_message(item_id_, status, part));
}

void ResponseStream::complete(std::string& out, const wire::Done& done, std::int64_t now_seconds) {
    begin(out);
    const bool is_cut = wire::was_cut(done.reason);
    if (open_ == Open::reasoning) close(out);
    if (!has_answer_) open(out, Open::message);
    const bool is_open_call = open_ == Open::call;  // which nothing completes any more
    close(out, is_cut || is_open_call ? "incomplete" : "completed");
    state_.status = is_cut ? "incomplete" : "completed";
    if (is_cut) state_.incomplete_reason = "max_output_tokens";
    state_.completed = now_seconds;
    state_.usage.emplace().add(done.timings);
    // Unless it is wanted otherwise, the event of an answer that was cut off is the same: Codex and
    // the Python SDK take another for a failure.
    response_event(out,
                   is_cut && head_.tells_incomplete ? "response.incomplete" : "response.completed");
}

void ResponseStream::fail(std::string& out, std::string_view message) {
    begin(out);
    close(out, "incomplete");
    state_.status = "failed";
    state_.error_message = message;
    response_event(out, "response.failed");
}

void ResponseStream::cancel(std::string& out) {
    begin(out);
    close(out, "incomplete");
    state_.status = "cancelled";
    response_event(out, "response.incomplete");
}

}  // namespace corral::api::openai
