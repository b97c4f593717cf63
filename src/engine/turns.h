#pragma once

// Purpose: lets several loops compute with one model in turns, whoever has waited longest first, so
// that embedding and generating share the machine fairly.
//
// A lock that is fair, which std::mutex is not. Use with std::lock_guard, for one decode at a time.

#include <condition_variable>
#include <cstdint>

#include "base/guarded.h"

namespace corral::engine {

class Turns {
public:
    void lock() {
        auto held = line_.lock();
        const std::uint64_t mine = held->last_ticket++;
        held.wait(moved_, [&] { return held->serving == mine; });
    }
    void unlock() {
        ++line_.lock()->serving;
        moved_.notify_all();
    }

private:
    struct Line {
        std::uint64_t last_ticket = 0;
        std::uint64_t serving = 0;
    };
    Guarded<Line> line_;
    std::condition_variable moved_;
};

}  // namespace corral::engine
