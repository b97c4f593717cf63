#pragma once

// Purpose: how large a model's memory is made, and how much it will take: how many tokens one
// sequence may use, how many cells all sequences share, how many sequences there are, and the bytes
// of all this. The runner plans with it, and the server estimates with the same numbers before it
// starts one.
//
// All sequences live in one unified cache. A sequence may use n_ctx tokens; n_parallel of them
// would need n_ctx x n_parallel cells, which few workloads ever fill, so the cache is bounded by
// shared_cache_bytes (but never below one full sequence). When it runs out, cached prefixes go
// first, then the youngest request waits and is computed again. So idle places cost nothing
// (scheduler-runtime.md 20.12).
//
// Pure. Numbers may come from outside and be absurd: nothing overflows, the results saturate.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gguf/model_shape.h"

namespace corral::gguf {

// Types the KV cache may have.
struct CacheType {
    std::string_view name;
    double element_bytes;
};
std::span<const CacheType> cache_types();
// Unset for an unknown name; empty is f16. Case does not matter.
std::optional<double> cache_element_bytes(std::string_view type);

// Tokens per decode, at most.
inline constexpr std::uint32_t kMaxBatch = 2048;

struct MemoryWishes {
    std::int64_t n_ctx = 0;  // tokens per sequence; 0 = choose
    std::int64_t n_parallel = 1;
    std::int64_t n_batch = 0;  // tokens per decode; 0 = choose
    double kv_element_bytes = 2;
    bool flash_attention = true;       // without it attention scores are kept for a whole batch
    std::int64_t available_bytes = 0;  // memory left for the cache; 0 = unknown
};

struct MemoryPlan {
    std::int64_t n_parallel = 0;
    std::int64_t n_ctx = 0;         // tokens per sequence
    std::int64_t n_cells = 0;       // tokens of all sequences together
    std::int64_t window_cells = 0;  // the same in layers that see a window only
    std::int64_t n_sequences = 0;
    std::int64_t n_batch = 0;
};

// What a plan takes. Weights and cache are spread over the layers, compute buffers are needed on
// every device.
struct MemoryEstimate {
    std::int64_t weights_bytes = 0;
    std::int64_t cache_bytes = 0;
    std::int64_t compute_bytes = 0;

    std::int64_t total() const { return weights_bytes + cache_bytes + compute_bytes; }
};

// The most that more than one full sequence may take: a quarter of the weights, within bounds.
constexpr std::int64_t shared_cache_bytes(std::int64_t weights_bytes) {
    return std::clamp(weights_bytes / 4, std::int64_t{512} << 20, std::int64_t{4} << 30);
}

MemoryPlan plan_memory(const ModelShape& shape, const MemoryWishes& wishes);
MemoryEstimate estimate_memory(const ModelShape& shape, const MemoryWishes& wishes);

}  // namespace corral::gguf
