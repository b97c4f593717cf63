#include "api/remote/openai_reader.h"

#include <algorithm>
#include <utility>

#include "api/remote/failure.h"
#include "api/remote/fields.h"
#include "base/text.h"

namespace corral::api::remote {

namespace {

wire::Failed broken(std::string text) {
    return {ErrorCode::unavailable, std::move(text), 502};
}

wire::TokenLogprob logprob_of(const json::Value& value) {
    return {text_of(value, "token"), number_of(value, "logprob")};
}

std::vector<wire::Logprob> choice_logprobs(const json::Value& choice) {
    std::vector<wire::Logprob> list;
    const auto* logprobs = member(choice, "logprobs");
    if (logprobs == nullptr) return list;
    for (const auto& item : items_of(*logprobs, "content")) {
        auto& entry = list.emplace_back();
        entry.chosen = logprob_of(item);
        for (const auto& top : items_of(item, "top_logprobs")) entry.top.push_back(logprob_of(top));
    }
    return list;
}

// Servers call thinking by two names.
std::string thinking_of(const json::Value& delta) {
    auto text = text_of(delta, "reasoning_content");
    return text.empty() ? text_of(delta, "reasoning") : text;
}

}  // namespace

OpenAiReader::OpenAiReader()
    : events_in_(kMaxLineBytes, [this](std::string_view data) {
          take_data(data);
          return !ended_;
      }) {}

void OpenAiReader::read(std::string_view bytes, std::vector<sched::Event>& events) {
    if (ended_) return;
    events_ = &events;
    take(events_in_.feed(bytes));
}

void OpenAiReader::finish(std::vector<sched::Event>& events) {
    if (ended_) return;
    events_ = &events;
    take(events_in_.finish());
    if (!ended_ && has_finished_) complete();
    if (!ended_) end(broken("the answer ended before it was complete"));
}

void OpenAiReader::take(SseSplitter::Outcome outcome) {
    if (outcome == SseSplitter::Outcome::too_long)
        end(broken("an event of the answer is too long"));
}

void OpenAiReader::take_data(std::string_view data) {
    if (trim(data) == "[DONE]") {
        return has_finished_ ? complete() : end(broken("the answer ended before it was complete"));
    }
    const auto object = json::parse(data);
    if (!object || object->kind != json::Value::Kind::object) {
        return end(broken("the answer is not the JSON of OpenAI's API"));
    }
    if (const auto* error = member(*object, "error"); error != nullptr && !error->is_null()) {
        return end(wire::Failed{ErrorCode::internal, error_text(data), 500});
    }
    if (const auto* usage = member(*object, "usage")) take_usage(*usage);
    const auto& choices = items_of(*object, "choices");
    if (!choices.empty()) take_choice(choices.front());
}

void OpenAiReader::take_usage(const json::Value& usage) {
    auto& timings = done_.timings;
    timings.n_prompt = std::max(timings.n_prompt, integer_of(usage, "prompt_tokens"));
    timings.n_generated = std::max(timings.n_generated, integer_of(usage, "completion_tokens"));
    if (const auto* details = member(usage, "prompt_tokens_details")) {
        timings.n_prompt_cached = integer_of(*details, "cached_tokens");
    }
}

void OpenAiReader::take_choice(const json::Value& choice) {
    wire::Delta piece{.content = text_of(choice, "text"), .logprobs = choice_logprobs(choice)};
    const auto* delta = member(choice, "delta");
    if (delta != nullptr) {
        piece.content += text_of(*delta, "content");
        piece.thinking = thinking_of(*delta);
        for (const auto& call : items_of(*delta, "tool_calls")) take_call_piece(call, piece);
    }
    if (ended_) return;
    const bool has_text = !piece.content.empty() || !piece.thinking.empty();
    if (has_text || !piece.logprobs.empty() || !piece.call_pieces.empty())
        events_->push_back(std::move(piece));
    const auto reason = text_of(choice, "finish_reason");
    if (reason.empty()) return;
    has_finished_ = true;
    if (reason == "length") done_.reason = wire::DoneReason::length;
    tell_calls();
}

// The call a piece goes on with, or a new one.
OpenAiReader::Call* OpenAiReader::call_for(const json::Value& piece) {
    const auto* index = member(piece, "index");
    const auto id = text_of(piece, "id");
    const bool has_index = index != nullptr && index->kind == json::Value::Kind::number;
    const auto number = has_index                       ? index->integer().value_or(0)
                        : !id.empty() || calls_.empty() ? static_cast<std::int64_t>(calls_.size())
                                                        : calls_.back().index;
    const auto found = std::ranges::find(calls_, number, &Call::index);
    if (found != calls_.end()) return &*found;
    if (calls_.size() >= kMaxToolCalls) return nullptr;
    calls_.emplace_back().index = number;
    return &calls_.back();
}

void OpenAiReader::take_call_piece(const json::Value& piece, wire::Delta& delta) {
    auto* call = call_for(piece);
    const auto* function = member(piece, "function");
    if (call == nullptr) return end(broken("too many tool calls"));
    if (call->id.empty()) call->id = text_of(piece, "id");
    if (function == nullptr) return;
    const auto name = text_of(*function, "name");
    const auto arguments = text_of(*function, "arguments");
    call_bytes_ += name.size() + arguments.size();
    if (call_bytes_ > kMaxToolCallBytes) return end(broken("the tool calls are too long"));
    call->name += name;
    call->arguments_json += arguments;
    tell_more(*call, delta);
}

// Who reads pieces learns what they are of by the first, and that a call has ended when another
// begins: one is told once those before it are whole.
void OpenAiReader::tell_more(Call& call, wire::Delta& delta) const {
    if (call.id.empty() || call.name.empty() || call.told.is_whole()) return;
    for (const Call* before = calls_.data(); before != &call; ++before)
        if (!before->told.is_whole()) return;
    auto more = call.told.push(std::string_view(call.arguments_json).substr(call.n_told));
    call.n_told = call.arguments_json.size();
    if (more.empty()) return;
    std::vector<wire::ToolCallPiece> pieces = {{call.index, call.id, call.name, std::move(more)}};
    wire::join_call_pieces(delta.call_pieces, std::move(pieces));
}

void OpenAiReader::tell_calls() {
    if (calls_.empty()) return;
    wire::Delta delta;
    for (auto& call : std::exchange(calls_, {})) {
        if (trim(call.arguments_json).empty()) call.arguments_json = "{}";
        delta.tool_calls.push_back(std::move(call));
    }
    events_->push_back(std::move(delta));
}

void OpenAiReader::complete() {
    tell_calls();
    end(std::move(done_));
}

void OpenAiReader::end(sched::Event last) {
    if (!std::exchange(ended_, true)) events_->push_back(std::move(last));
}

}  // namespace corral::api::remote
