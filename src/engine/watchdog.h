#pragma once

// Purpose: ends work that takes too long. Chat templates and schemas are foreign programs, and what
// runs them cannot be interrupted; so when time is up the watchdog calls `on_timeout`, which may
// end the process.
//
// Threads: guard() from one thread at a time; `on_timeout` is called on the watchdog's own.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace corral::engine {

class Watchdog {
public:
    using Clock = std::chrono::steady_clock;

    Watchdog(Clock::duration limit, std::function<void()> on_timeout);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Runs `work` and gives its value back; the time counts from here.
    template <class Work>
    auto guard(Work work) {
        set_deadline(Clock::now() + limit_);
        auto result = work();
        set_deadline(std::nullopt);
        return result;
    }

private:
    void set_deadline(std::optional<Clock::time_point> deadline);
    void run();

    const Clock::duration limit_;
    const std::function<void()> on_timeout_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Clock::time_point> deadline_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace corral::engine
