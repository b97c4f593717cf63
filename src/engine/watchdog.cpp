#include "engine/watchdog.h"

#include <utility>

namespace corral::engine {

Watchdog::Watchdog(Clock::duration limit, std::function<void()> on_timeout)
    : limit_(limit), on_timeout_(std::move(on_timeout)), thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Watchdog::set_deadline(std::optional<Clock::time_point> deadline) {
    {
        const std::lock_guard lock(mutex_);
        deadline_ = deadline;
    }
    changed_.notify_one();
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
        if (!deadline_) {
            changed_.wait(lock);
        } else if (Clock::now() < *deadline_) {
            changed_.wait_until(lock, *deadline_);
        } else {
            deadline_.reset();
            lock.unlock();
            on_timeout_();
            lock.lock();
        }
    }
}

}  // namespace corral::engine
