#pragma once

// Purpose: data that is shared between threads, reachable only through its lock.
//
//   Guarded<Inbox> inbox;
//   inbox.lock()->messages.push_back(m);                         // the lock lives for the
//   expression auto held = inbox.lock(); held.wait(changed, [&] { return !held->messages.empty();
//   });
//
// Threads: that is the point. Do not call back into code that may lock the same object.

#include <condition_variable>
#include <mutex>
#include <utility>

namespace corral {

template <class T>
class Guarded {
public:
    class Held {
    public:
        T* operator->() const { return value_; }
        T& operator*() const { return *value_; }
        // Gives the lock up until `ready` holds; whoever makes it true notifies `changed`.
        template <class Predicate>
        void wait(std::condition_variable& changed, Predicate ready) {
            changed.wait(lock_, std::move(ready));
        }
        // The same, but at most `longest`; whether `ready` holds.
        template <class Period, class Predicate>
        bool wait_for(std::condition_variable& changed, Period longest, Predicate ready) {
            return changed.wait_for(lock_, longest, std::move(ready));
        }

    private:
        friend class Guarded;
        Held(std::mutex& mutex, T& value) : lock_(mutex), value_(&value) {}
        std::unique_lock<std::mutex> lock_;
        T* value_;
    };

    template <class... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    [[nodiscard]] Held lock() { return Held(mutex_, value_); }

private:
    std::mutex mutex_;
    T value_;
};

}  // namespace corral
