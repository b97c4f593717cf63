#include "api/remote/ollama_reader.h"

#include <limits>
#include <utility>

#include "api/json/writer.h"
#include "api/remote/failure.h"
#include "api/remote/fields.h"
#include "base/text.h"

namespace corral::api::remote {

namespace {

wire::Failed failure(std::string text) {
    return {ErrorCode::unavailable, std::move(text), 502};
}

std::vector<wire::ToolCall> tool_calls(const json::Value& message) {
    std::vector<wire::ToolCall> calls;
    for (const auto& item : items_of(message, "tool_calls")) {
        const auto* function = member(item, "function");
        if (function == nullptr) continue;
        auto& call = calls.emplace_back();
        call.id = text_of(item, "id");
        call.index = integer_of(*function, "index");
        call.name = text_of(*function, "name");
        call.arguments_json = "{}";
        const auto* arguments = member(*function, "arguments");
        if (arguments == nullptr || arguments->is_null()) continue;
        call.arguments_json.clear();
        json::append_value(call.arguments_json, *arguments);
    }
    return calls;
}

wire::TokenLogprob token_logprob(const json::Value& value) {
    return {text_of(value, "token"), number_of(value, "logprob")};
}

std::vector<wire::Logprob> logprobs(const json::Value& value) {
    std::vector<wire::Logprob> list;
    for (const auto& item : items_of(value, "logprobs")) {
        auto& entry = list.emplace_back();
        entry.chosen = token_logprob(item);
        for (const auto& top : items_of(item, "top_logprobs"))
            entry.top.push_back(token_logprob(top));
    }
    return list;
}

// One object's part of the answer; chat has a message, generate has the parts side by side.
wire::Delta delta_of(const json::Value& object) {
    const auto* message = member(object, "message");
    const auto& parts = message != nullptr ? *message : object;
    return {.content = text_of(parts, message != nullptr ? "content" : "response"),
            .thinking = text_of(parts, "thinking"),
            .tool_calls = tool_calls(parts),
            .logprobs = logprobs(object)};
}

wire::Done done_of(const json::Value& object) {
    wire::Done done;
    const bool was_cut = text_of(object, "done_reason") == "length";
    done.reason = was_cut ? wire::DoneReason::length : wire::DoneReason::stop;
    done.timings.n_prompt = integer_of(object, "prompt_eval_count");
    done.timings.prompt_ns = integer_of(object, "prompt_eval_duration");
    done.timings.n_generated = integer_of(object, "eval_count");
    done.timings.generate_ns = integer_of(object, "eval_duration");
    done.timings.n_prompt_dropped = integer_of(object, "prompt_tokens_dropped");
    for (const auto& token : items_of(object, "context")) {
        const auto id = token.kind == json::Value::Kind::number ? token.integer() : std::nullopt;
        if (!id || *id < 0 || *id > std::numeric_limits<std::int32_t>::max()) continue;
        done.context.push_back(static_cast<std::int32_t>(*id));
    }
    return done;
}

bool is_empty(const wire::Delta& delta) {
    return delta.content.empty() && delta.thinking.empty() && delta.tool_calls.empty() &&
           delta.logprobs.empty();
}

}  // namespace

OllamaReader::OllamaReader()
    : lines_(kMaxLineBytes, [this](std::string_view line) {
          take_line(line);
          return !ended_;
      }) {}

void OllamaReader::read(std::string_view bytes, std::vector<sched::Event>& events) {
    if (ended_) return;
    events_ = &events;
    take(lines_.feed(bytes));
}

void OllamaReader::finish(std::vector<sched::Event>& events) {
    if (ended_) return;
    events_ = &events;
    take(lines_.finish());
    if (!ended_) end(failure("the answer ended before it was complete"));
}

void OllamaReader::take(http::LineSplitter::Outcome outcome) {
    if (outcome == http::LineSplitter::Outcome::too_long) {
        end(failure("a line of the answer is too long"));
    }
}

void OllamaReader::take_line(std::string_view line) {
    if (trim(line).empty()) return;
    const auto object = json::parse(line);
    if (!object || object->kind != json::Value::Kind::object) {
        return end(failure("the answer is not the JSON of Ollama's API"));
    }
    if (const auto* error = member(*object, "error"); error != nullptr && !error->is_null()) {
        return end(wire::Failed{ErrorCode::internal, error_text(line), 500});
    }
    auto delta = delta_of(*object);
    if (delta.tool_calls.size() > kMaxToolCalls) return end(failure("too many tool calls"));
    if (!is_empty(delta)) events_->push_back(std::move(delta));
    if (is_true(*object, "done")) end(done_of(*object));
}

void OllamaReader::end(sched::Event last) {
    if (!std::exchange(ended_, true)) events_->push_back(std::move(last));
}

}  // namespace corral::api::remote
