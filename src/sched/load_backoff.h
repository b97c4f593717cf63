#pragma once

// Purpose: keeps a model whose runner crashes again and again while loading from being restarted in
// a tight loop.
//
// The first crash costs nothing; from the second in a row on, the next start waits, twice as long
// each time up to five seconds. A successful load forgets it, and so do sixty quiet seconds.

#include <chrono>
#include <map>
#include <string>

namespace corral::sched {

class LoadBackoff {
public:
    using Time = std::chrono::steady_clock::time_point;

    void crashed(const std::string& key, Time now);
    void succeeded(const std::string& key) { entries_.erase(key); }
    // When the model may be started; Time::min() = at any time.
    Time not_before(const std::string& key) const;
    void forget_old(Time now);

private:
    struct Entry {
        int n_crashes = 0;
        Time not_before;
    };
    std::map<std::string, Entry> entries_;
};

}  // namespace corral::sched
