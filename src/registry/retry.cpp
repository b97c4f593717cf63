#include "registry/retry.h"

#include <chrono>
#include <thread>

namespace corral::registry {

Error transfer_cancelled() {
    return {ErrorCode::cancelled, "context canceled", {}, 499};
}

bool is_worth_another_try(const Error& error) {
    return error.code != ErrorCode::cancelled && error.code != ErrorCode::io &&
           error.code != ErrorCode::unsupported;
}

Result<void> wait_for_next_try(int n_tries, const IsCancelled& is_cancelled) {
    using namespace std::chrono_literals;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1 << (n_tries - 1));
    while (std::chrono::steady_clock::now() < end) {
        if (is_cancelled()) return fail(transfer_cancelled());
        std::this_thread::sleep_for(50ms);
    }
    return {};
}

Error retries_exceeded(const Error& last) {
    return {ErrorCode::unavailable, "max retries exceeded: " + last.message, {}, 0};
}

}  // namespace corral::registry
