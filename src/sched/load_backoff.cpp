#include "sched/load_backoff.h"

#include <algorithm>

namespace corral::sched {

namespace {

constexpr std::chrono::milliseconds kFirstWait{250};
constexpr std::chrono::milliseconds kLongestWait{5000};
constexpr std::chrono::seconds kMemory{60};

}  // namespace

void LoadBackoff::crashed(const std::string& key, Time now) {
    Entry& entry = entries_[key];
    ++entry.n_crashes;
    const int n_doublings = std::min(entry.n_crashes - 2, 8);
    entry.not_before =
        n_doublings < 0 ? now : now + std::min(kFirstWait * (1 << n_doublings), kLongestWait);
}

LoadBackoff::Time LoadBackoff::not_before(const std::string& key) const {
    auto found = entries_.find(key);
    return found == entries_.end() ? Time::min() : found->second.not_before;
}

void LoadBackoff::forget_old(Time now) {
    std::erase_if(entries_,
                  [&](const auto& item) { return item.second.not_before + kMemory < now; });
}

}  // namespace corral::sched
