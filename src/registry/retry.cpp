#include "registry/retry.h"

#include <algorithm>
#include <random>
#include <thread>

namespace corral::registry {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kAskPeriod{50};  // how often is_cancelled is asked
constexpr int kPausesInPatience = 30;   // of the first length
constexpr milliseconds kLookPeriod{10};
constexpr milliseconds kLongestLookPeriod{10'000};

Result<void> pause(Clock::duration duration, const IsCancelled& is_cancelled) {
    const auto end = Clock::now() + duration;
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
        if (is_cancelled()) return fail(transfer_cancelled());
        std::this_thread::sleep_for(std::min<Clock::duration>(kAskPeriod, end - now));
    }
    return {};
}

}  // namespace

Error transfer_cancelled() {
    return {ErrorCode::cancelled, "context canceled", {}, 499};
}

bool is_worth_another_try(const Error& error) {
    return error.code != ErrorCode::cancelled && error.code != ErrorCode::io &&
           error.code != ErrorCode::unsupported;
}

milliseconds pause_between_tries(int n_tries, milliseconds patience) {
    return patience * (1 << (n_tries - 1)) / kPausesInPatience;
}

milliseconds pause_between_looks(int n_tries) {
    return std::min(kLookPeriod * n_tries * n_tries, kLongestLookPeriod);
}

Result<void> wait_for_next_try(int n_tries, milliseconds patience,
                               const IsCancelled& is_cancelled) {
    return pause(pause_between_tries(n_tries, patience), is_cancelled);
}

Result<void> wait_for_next_look(int n_tries, const IsCancelled& is_cancelled) {
    std::minstd_rand random(std::random_device{}());
    const double factor = std::uniform_real_distribution(0.5, 1.5)(random);
    const auto period = pause_between_looks(n_tries) * factor;
    return pause(std::chrono::duration_cast<Clock::duration>(period), is_cancelled);
}

Error retries_exceeded(const Error& last) {
    return {ErrorCode::unavailable, "max retries exceeded: " + last.message, {}, 0};
}

}  // namespace corral::registry
