#include "runner/event_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "wire/codec.h"

namespace corral::runner {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// Thinking comes before content, and calls after it: text that would change the order must stay a
// separate event.
bool can_join(const wire::Delta& waiting, const wire::Delta& more) {
    const bool has_text = !more.content.empty() || !more.thinking.empty();
    if (has_text && !waiting.call_pieces.empty()) return false;
    return waiting.tool_calls.empty() && (waiting.content.empty() || more.thinking.empty());
}

void join(wire::Delta& waiting, wire::Delta& more) {
    waiting.content += more.content;
    waiting.thinking += more.thinking;
    wire::join_call_pieces(waiting.call_pieces, std::move(more.call_pieces));
    append(waiting.tool_calls, more.tool_calls);
    append(waiting.logprobs, more.logprobs);
    waiting.queue_position = more.queue_position;
    waiting.n_prompt = std::max(waiting.n_prompt, more.n_prompt);
    waiting.n_prompt_cached = std::max(waiting.n_prompt_cached, more.n_prompt_cached);
}

}  // namespace

void enqueue(std::deque<wire::FromRunner>& queue, wire::FromRunner event) {
    if (auto* more = std::get_if<wire::Delta>(&event.body)) {
        const auto last = std::find_if(queue.rbegin(), queue.rend(),
                                       [&](const auto& waiting) { return waiting.id == event.id; });
        auto* waiting = last == queue.rend() ? nullptr : std::get_if<wire::Delta>(&last->body);
        if (waiting != nullptr && can_join(*waiting, *more)) return join(*waiting, *more);
    }
    queue.push_back(std::move(event));
}

EventWriter::EventWriter(int fd) : fd_(fd), thread_([this] { run(); }) {}

EventWriter::~EventWriter() {
    queue_.lock()->stop = true;
    changed_.notify_one();
    thread_.join();
}

void EventWriter::send(wire::FromRunner event) {
    enqueue(queue_.lock()->events, std::move(event));
    changed_.notify_one();
}

void EventWriter::run() {
    while (true) {
        std::deque<wire::FromRunner> events;
        {
            auto held = queue_.lock();
            held.wait(changed_, [&held] { return held->stop || !held->events.empty(); });
            if (held->events.empty()) return;
            events = std::exchange(held->events, {});
        }
        // One write for all that a step gave, so that the server wakes once.
        std::string frames;
        for (const wire::FromRunner& event : events) {
            if (const Result<std::string> frame = wire::encode(event)) {
                frames += *frame;
            } else {
                log_error("an event cannot be encoded", {{"error", frame.error().message}});
            }
        }
        if (!write_all(fd_, frames, "runner socket")) return;
    }
}

}  // namespace corral::runner
