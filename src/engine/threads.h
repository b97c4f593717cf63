#pragma once

// Purpose: the threads that compute: ggml's pool, attached to a context, and adapted to what else
// runs on the machine (thread_governor.h).
//
// Threads: used by the one thread that owns the context. Cost: two small reads of /proc every 200
// ms of computing, and a new pool when the number changes, which is seldom.

#include <chrono>
#include <memory>
#include <optional>

#include "base/cpu_pressure.h"
#include "engine/thread_governor.h"
#include "llama.h"

struct ggml_threadpool;

namespace corral::engine {

struct ThreadpoolDeleter {
    void operator()(ggml_threadpool* pool) const;
};
using Threadpool = std::unique_ptr<ggml_threadpool, ThreadpoolDeleter>;

// What a pool's threads do between two graphs.
enum class Between {
    spin,   // for a tenth of a second: the next token's graph is there in no time
    sleep,  // leave the CPUs to those who bring the next texts
};

class Threads {
public:
    // `adapts`: the number may be lowered while others need the CPU. The context is destroyed
    // before the Threads.
    Threads(llama_context* context, int n_threads, bool adapts, Between between);
    ~Threads();
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    int n_threads() const { return n_threads_; }
    // Computing begins after a pause: what happened meanwhile says nothing.
    void resume();
    // After a decode: measures and adapts.
    void adapt();

private:
    using Clock = std::chrono::steady_clock;
    void use(int n_threads);
    void measure_from_here(Clock::time_point now);

    llama_context* context_;
    Between between_;
    int n_threads_ = 0;
    Threadpool pool_;
    Threadpool replaced_;  // llama.cpp touches it once more in the first decode with its successor
    std::optional<ThreadGovernor> governor_;
    Clock::time_point measured_at_;
    std::optional<CpuPressure> measured_;
};

}  // namespace corral::engine
