#pragma once

// Purpose: events that have come from a runner and wait for a client to take them.
//
// A client that reads more slowly than the model writes must not make the server's memory grow
// without bound: neighbouring pieces of text become one, and beyond kMaxQueuedBytes the queue says
// that it is full. Vectors always fit: they come once per request, and a frame bounds them.

#include <cstddef>
#include <deque>
#include <optional>
#include <variant>

#include "wire/event.h"

namespace corral::sched {

using Event = std::variant<wire::Delta, wire::Done, wire::Failed, wire::Embedded>;

inline constexpr std::size_t kMaxQueuedBytes = std::size_t{64} << 20;

class EventQueue {
public:
    // False when the event does not fit any more; it is dropped.
    [[nodiscard]] bool push(Event event);
    std::optional<Event> pop();
    void clear();
    bool empty() const { return events_.empty(); }
    std::size_t size() const { return events_.size(); }
    std::size_t size_bytes() const { return size_bytes_; }

private:
    std::deque<Event> events_;
    std::size_t size_bytes_ = 0;
};

}  // namespace corral::sched
