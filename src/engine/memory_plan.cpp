#include "engine/memory_plan.h"

#include <algorithm>

namespace corral::engine {
namespace {

constexpr std::int64_t kDefaultContext = 4096;  // scheduler-runtime.md 14.1 without a GPU
constexpr std::int64_t kMinContext = 4;
constexpr std::int64_t kMaxSequences = 256;  // LLAMA_MAX_SEQ
constexpr std::int64_t kSpareSequences = 8;  // for prefixes kept from finished requests
constexpr std::int64_t kMinSpareSequences = 2;
constexpr std::int64_t kSpareStateBytes = std::int64_t{256} << 20;

std::int64_t choose_context(const MemoryNeeds& needs) {
    const std::int64_t wanted = needs.n_ctx_wanted > 0 ? needs.n_ctx_wanted : kDefaultContext;
    const std::int64_t trained = needs.n_ctx_train > 0 ? needs.n_ctx_train : wanted;
    return std::max(kMinContext, std::min(wanted, trained));
}

std::int64_t choose_cells(const MemoryNeeds& needs, std::int64_t n_ctx, std::int64_t n_parallel) {
    std::int64_t cells = n_ctx * n_parallel;
    if (needs.bytes_per_token > 0) {
        std::int64_t bytes = shared_cache_bytes(needs.weights_bytes);
        if (needs.available_bytes > 0) bytes = std::min(bytes, needs.available_bytes / 4);
        cells = std::min(cells, bytes / needs.bytes_per_token);
    }
    // llama.cpp takes the size of a unified cache for the context length when it picks rope
    // factors.
    if (needs.n_ctx_original > 0 && n_ctx <= needs.n_ctx_original) {
        cells = std::min(cells, needs.n_ctx_original);
    }
    return std::max(cells, n_ctx);
}

std::int64_t choose_sequences(const MemoryNeeds& needs, std::int64_t n_parallel) {
    std::int64_t spare = kSpareSequences;
    if (needs.bytes_per_sequence > 0) {
        spare = std::clamp(kSpareStateBytes / needs.bytes_per_sequence, kMinSpareSequences, spare);
    }
    return n_parallel + spare;
}

}  // namespace

MemoryPlan plan_memory(const MemoryNeeds& needs) {
    MemoryPlan plan;
    plan.n_parallel =
        std::clamp<std::int64_t>(needs.n_parallel, 1, kMaxSequences - kSpareSequences);
    plan.n_ctx = choose_context(needs);
    plan.n_cells = choose_cells(needs, plan.n_ctx, plan.n_parallel);
    plan.n_sequences = static_cast<std::int32_t>(choose_sequences(needs, plan.n_parallel));
    return plan;
}

}  // namespace corral::engine
