#pragma once

// Purpose: how many threads to compute with on a machine that others use too.
//
// ggml's threads meet after every operation, hundreds of times for a token, and spin while they
// wait. When one of them loses its CPU to another process, all stand still until it gets it back:
// with as many threads as cores, one busy neighbour costs more than the core it takes. One thread
// fewer leaves that core to the neighbour and goes on undisturbed.
//
// So: threads that waited for a CPU longer than the last of them is worth → fewer; cores that lie
// idle → more again. A neighbour that comes and goes is not followed for ever: every time a rise
// turns out to be wrong, the next one waits twice as long.
//
// Pure: the caller measures (base/cpu_pressure.h) and tells the time.

#include <chrono>

namespace corral::engine {

class ThreadGovernor {
public:
    using Nanoseconds = std::chrono::nanoseconds;

    // Below this there is too little to judge by.
    static constexpr Nanoseconds kWindow = std::chrono::milliseconds(200);
    // The longest that a rise is held back.
    static constexpr Nanoseconds kLongestHold = std::chrono::seconds(16);

    explicit ThreadGovernor(int n_most) : n_most_(n_most), n_threads_(n_most) {}

    int n_threads() const { return n_threads_; }

    // In a stretch of `elapsed` computing time our threads together waited for a CPU for `waited`,
    // and the machine's CPUs together had nothing to do for `idle`. Gives the number of threads for
    // the next stretch.
    int observe(Nanoseconds elapsed, Nanoseconds waited, Nanoseconds idle);

private:
    void lower(double n_lost);
    void raise(double n_idle);

    int n_most_;
    int n_threads_;
    Nanoseconds since_change_{};
    Nanoseconds hold_ = kWindow;  // how long a rise waits after a fall
    bool raised_last_ = false;
};

}  // namespace corral::engine
