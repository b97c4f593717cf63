#include "engine/thread_governor.h"

#include <algorithm>
#include <cmath>

namespace corral::engine {
namespace {

// n threads that are all held up by L lost cores do the work of n·(1 − L) threads; without the last
// one they do that of n − 1. The margin is for what a meeting of a late thread costs beyond that.
constexpr double kMargin = 0.7;
// Less than this is noise, whatever the number of threads.
constexpr double kLeastLost = 0.1;
// How much of a core must lie idle before a thread takes it.
constexpr double kIdleCore = 0.75;
// A rise that has held so long was right.
constexpr std::chrono::seconds kProven{5};

double ratio(std::chrono::nanoseconds part, std::chrono::nanoseconds whole) {
    return static_cast<double>(std::max(part.count(), std::int64_t{0})) /
           static_cast<double>(whole.count());
}

}  // namespace

int ThreadGovernor::observe(Nanoseconds elapsed, Nanoseconds waited, Nanoseconds idle) {
    if (elapsed < kWindow) return n_threads_;
    since_change_ += elapsed;
    if (raised_last_ && since_change_ >= kProven) hold_ = kWindow;
    const double n_lost = ratio(waited, elapsed);
    const double n_idle = ratio(idle, elapsed);
    if (n_threads_ > 1 && n_lost > std::max(kLeastLost, kMargin / n_threads_))
        lower(n_lost);
    else if (n_threads_ < n_most_ && n_idle >= kIdleCore && since_change_ >= hold_)
        raise(n_idle);
    return n_threads_;
}

void ThreadGovernor::lower(double n_lost) {
    if (raised_last_ && since_change_ < kProven) hold_ = std::min(2 * hold_, kLongestHold);
    const int n_fewer = std::max(1, static_cast<int>(std::lround(n_lost)));
    n_threads_ = std::max(1, n_threads_ - n_fewer);
    since_change_ = {};
    raised_last_ = false;
}

void ThreadGovernor::raise(double n_idle) {
    const int n_more = static_cast<int>(n_idle + 1 - kIdleCore);
    n_threads_ = std::min(n_most_, n_threads_ + n_more);
    since_change_ = {};
    raised_last_ = true;
}

}  // namespace corral::engine
