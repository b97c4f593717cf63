#pragma once

// Purpose: how large a model's memory is made: how many tokens one sequence may use, how many cells
// all sequences share, and how many sequences there are.
//
// All sequences live in one unified cache. A sequence may use n_ctx tokens; n_parallel of them
// would need n_ctx x n_parallel cells, which few workloads ever fill, so the cache is bounded by
// shared_cache_bytes (but never below one full sequence). When it runs out, cached prefixes go
// first, then the youngest request waits and is computed again.

#include <algorithm>
#include <cstdint>

namespace corral::engine {

struct MemoryNeeds {
    std::int64_t n_ctx_wanted = 0;  // 0 = choose
    std::int64_t n_ctx_train = 0;
    std::int64_t n_ctx_original =
        0;  // where the model switches to long-context rope factors; 0 = never
    std::int64_t n_parallel = 1;
    std::int64_t bytes_per_token = 0;     // attention, K and V of all layers
    std::int64_t bytes_per_sequence = 0;  // recurrent state of all layers
    std::int64_t weights_bytes = 0;
    std::int64_t available_bytes = 0;  // memory left for the cache; 0 = unknown
};

struct MemoryPlan {
    std::int64_t n_parallel = 0;
    std::int64_t n_ctx = 0;    // tokens per sequence
    std::int64_t n_cells = 0;  // tokens of all sequences together
    std::int32_t n_sequences = 0;
};

// The most that more than one full sequence may take: a quarter of the weights, within bounds.
constexpr std::int64_t shared_cache_bytes(std::int64_t weights_bytes) {
    return std::clamp(weights_bytes / 4, std::int64_t{512} << 20, std::int64_t{4} << 30);
}

MemoryPlan plan_memory(const MemoryNeeds& needs);

}  // namespace corral::engine
