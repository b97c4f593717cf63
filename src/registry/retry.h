#pragma once

// Purpose: how often a part is tried, and how long is waited between.
// Source: storage-registry.md 11.4, 12.2.

#include <functional>

#include "base/result.h"

namespace corral::registry {

using IsCancelled = std::function<bool()>;

inline constexpr int kMaxTries = 6;

Error transfer_cancelled();
// Not after a cancel, nor when the disk fails or we are sent where we do not go.
bool is_worth_another_try(const Error& error);
// Blocks for 1, 2, 4, … seconds after try number `n_tries` (from 1), and no longer than somebody
// wants the result.
[[nodiscard]] Result<void> wait_for_next_try(int n_tries, const IsCancelled& is_cancelled);
// What six failed tries come to.
Error retries_exceeded(const Error& last);

}  // namespace corral::registry
