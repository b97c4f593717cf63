#pragma once

// Purpose: sends events to the server on a thread of its own, so that a slow server never holds up
// the engine. While an event waits, later text of the same request joins it, so the queue holds at
// most a few events per request.
//
// Threads: `send` from any thread. Errors: a server that is gone ends the process by way of the
// reader (run.cpp); what cannot be written is dropped.

#include <condition_variable>
#include <deque>
#include <thread>

#include "base/guarded.h"
#include "wire/event.h"

namespace corral::runner {

class EventWriter {
public:
    // Does not own `fd`.
    explicit EventWriter(int fd);
    // Writes what is queued, then joins the thread.
    ~EventWriter();
    EventWriter(const EventWriter&) = delete;
    EventWriter& operator=(const EventWriter&) = delete;

    void send(wire::FromRunner event);

private:
    struct Queue {
        std::deque<wire::FromRunner> events;
        bool stop = false;
    };
    void run();

    int fd_;
    Guarded<Queue> queue_;
    std::condition_variable changed_;
    std::thread thread_;
};

// Appends `event` to the queue, or joins it with the last waiting event of the same request when
// both are text.
void enqueue(std::deque<wire::FromRunner>& queue, wire::FromRunner event);

}  // namespace corral::runner
