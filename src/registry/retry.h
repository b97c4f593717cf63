#pragma once

// Purpose: how often a registry that fails is tried, and how long is waited between.
//
// All waits are measured in the patience with a registry, which is half a minute unless the user
// has more of it. Source: storage-registry.md 11.3, 11.4, 12.2.

#include <chrono>
#include <functional>

#include "base/result.h"

namespace corral::registry {

using IsCancelled = std::function<bool()>;

inline constexpr int kMaxTries = 6;
inline constexpr std::chrono::milliseconds kPatience{30'000};

Error transfer_cancelled();
// Not after a cancel, nor when the disk fails or we are sent where we do not go.
bool is_worth_another_try(const Error& error);
// 1, 2, 4, … thirtieths of the patience after try number `n_tries` (from 1).
std::chrono::milliseconds pause_between_tries(int n_tries, std::chrono::milliseconds patience);
// For what is asked often at first, and then less and less: 10 ms times the square of the number of
// tries, and 10 s at most.
std::chrono::milliseconds pause_between_looks(int n_tries);
// Block so long (looks half as long up to half as long again, at random), and no longer than
// somebody wants the result.
[[nodiscard]] Result<void> wait_for_next_try(int n_tries, std::chrono::milliseconds patience,
                                             const IsCancelled& is_cancelled);
[[nodiscard]] Result<void> wait_for_next_look(int n_tries, const IsCancelled& is_cancelled);
// What six failed tries come to.
Error retries_exceeded(const Error& last);

}  // namespace corral::registry
