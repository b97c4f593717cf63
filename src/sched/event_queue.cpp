#include "sched/event_queue.h"

#include <iterator>
#include <utility>

namespace corral::sched {

namespace {

constexpr std::size_t kEventBytes = 256;  // about what an empty event costs
constexpr std::size_t kItemBytes = 64;

std::size_t cost(const wire::Delta& delta) {
    std::size_t bytes = kEventBytes + delta.content.size() + delta.thinking.size();
    for (const wire::ToolCall& call : delta.tool_calls)
        bytes += kItemBytes + call.name.size() + call.arguments_json.size();
    for (const wire::ToolCallPiece& piece : delta.call_pieces) bytes += piece.arguments.size();
    for (const wire::Logprob& logprob : delta.logprobs)
        bytes += kItemBytes * (1 + logprob.top.size());
    return bytes;
}

std::size_t cost(const Event& event) {
    const auto* delta = std::get_if<wire::Delta>(&event);
    return delta != nullptr ? cost(*delta) : kEventBytes;
}

// Which part of the answer a delta carries; only neighbours of the same kind may become one without
// changing order.
enum class Kind { content, thinking, call, other };

Kind kind(const wire::Delta& delta) {
    if (!delta.tool_calls.empty()) return Kind::other;
    if (!delta.call_pieces.empty()) {
        return delta.content.empty() && delta.thinking.empty() ? Kind::call : Kind::other;
    }
    if (delta.thinking.empty()) return Kind::content;
    return delta.content.empty() ? Kind::thinking : Kind::other;
}

bool merge(Event& last, Event& next) {
    auto* into = std::get_if<wire::Delta>(&last);
    auto* from = std::get_if<wire::Delta>(&next);
    if (into == nullptr || from == nullptr) return false;
    if (kind(*into) == Kind::other || kind(*into) != kind(*from)) return false;
    into->content += from->content;
    into->thinking += from->thinking;
    wire::join_call_pieces(into->call_pieces, std::move(from->call_pieces));
    std::ranges::move(from->logprobs, std::back_inserter(into->logprobs));
    into->queue_position = from->queue_position;
    into->n_prompt = std::max(into->n_prompt, from->n_prompt);
    into->n_prompt_cached = std::max(into->n_prompt_cached, from->n_prompt_cached);
    return true;
}

}  // namespace

bool EventQueue::push(Event event) {
    const std::size_t bytes = cost(event);
    if (size_bytes_ + bytes > kMaxQueuedBytes) return false;
    if (!events_.empty() && merge(events_.back(), event)) {
        size_bytes_ += bytes - kEventBytes;
    } else {
        size_bytes_ += bytes;
        events_.push_back(std::move(event));
    }
    return true;
}

std::optional<Event> EventQueue::pop() {
    if (events_.empty()) return std::nullopt;
    size_bytes_ -= cost(events_.front());
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void EventQueue::clear() {
    events_.clear();
    size_bytes_ = 0;
}

}  // namespace corral::sched
