#include "gguf/memory_plan.h"

#include <array>
#include <limits>

#include "base/text.h"

namespace corral::gguf {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kDefaultContext = 4096;  // scheduler-runtime.md 14.1 without a GPU
constexpr std::int64_t kMinContext = 4;
constexpr std::int64_t kMaxSequences = 256;  // LLAMA_MAX_SEQ
constexpr std::int64_t kSpareSequences = 8;  // for prefixes kept from finished requests
constexpr std::int64_t kMinSpareSequences = 2;
constexpr std::int64_t kSpareStateBytes = 256 * kMiB;
constexpr std::int64_t kDefaultBatch = 512;
constexpr std::int64_t kCellPadding = 256;  // llama.cpp rounds caches up to this
constexpr std::int64_t kMostContext = std::int64_t{1} << 40;

// Large enough for every machine, small enough to be added up.
constexpr double kMostBytes = static_cast<double>(std::numeric_limits<std::int64_t>::max()) / 64;

std::int64_t saturated(double bytes) {
    return static_cast<std::int64_t>(std::min(bytes, kMostBytes));
}

double real(std::int64_t value) {
    return static_cast<double>(value);
}

std::int64_t padded(std::int64_t cells) {
    return (cells + kCellPadding - 1) / kCellPadding * kCellPadding;
}

std::int64_t choose_context(const ModelShape& shape, const MemoryWishes& wishes) {
    const std::int64_t wanted =
        wishes.n_ctx > 0 ? std::min(wishes.n_ctx, kMostContext) : kDefaultContext;
    const std::int64_t trained = shape.n_ctx_train > 0 ? shape.n_ctx_train : wanted;
    return std::max(kMinContext, std::min(wanted, trained));
}

std::int64_t choose_cells(const ModelShape& shape, const MemoryWishes& wishes, std::int64_t n_ctx,
                          std::int64_t n_parallel) {
    std::int64_t cells = n_ctx * n_parallel;
    const double bytes_per_token = real(shape.kv_elements) * wishes.kv_element_bytes;
    if (bytes_per_token > 0) {
        std::int64_t bytes = shared_cache_bytes(shape.weights_bytes);
        if (wishes.available_bytes > 0) bytes = std::min(bytes, wishes.available_bytes / 4);
        cells = std::min(cells, static_cast<std::int64_t>(real(bytes) / bytes_per_token));
    }
    // llama.cpp takes the size of a unified cache for the context length when it picks rope
    // factors.
    if (shape.n_ctx_original > 0 && n_ctx <= shape.n_ctx_original) {
        cells = std::min(cells, shape.n_ctx_original);
    }
    return std::max(cells, n_ctx);
}

std::int64_t choose_sequences(const ModelShape& shape, std::int64_t n_parallel) {
    std::int64_t spare = kSpareSequences;
    if (shape.state_bytes > 0) {
        spare = std::clamp(kSpareStateBytes / shape.state_bytes, kMinSpareSequences, spare);
    }
    return n_parallel + spare;
}

std::int64_t choose_batch(const MemoryWishes& wishes, const MemoryPlan& plan) {
    const std::int64_t wanted = wishes.n_batch > 0 ? wishes.n_batch : kDefaultBatch;
    const std::int64_t most = std::min<std::int64_t>(kMaxBatch, padded(plan.n_cells));
    return std::clamp(wanted, std::min(plan.n_sequences, most), most);
}

double cache_bytes(const ModelShape& shape, const MemoryWishes& wishes, const MemoryPlan& plan) {
    const double elements = real(padded(plan.n_cells)) * real(shape.kv_elements) +
                            real(plan.window_cells) * real(shape.window_kv_elements);
    return elements * wishes.kv_element_bytes + real(plan.n_sequences) * real(shape.state_bytes);
}

// What a batch needs between its operations: the widest feed-forward part, the residual stream with
// its copies, the rows of logits, and without flash attention every head's scores.
double compute_bytes(const ModelShape& shape, const MemoryWishes& wishes, const MemoryPlan& plan) {
    constexpr double kFloat = sizeof(float);
    if (shape.n_embd == 0) return real(std::min(512 * kMiB, 32 * kMiB + shape.weights_bytes / 8));
    const double row = 2 * real(shape.n_ff) + 6 * real(shape.n_embd);
    double floats = real(plan.n_batch) * row + 2 * real(plan.n_sequences) * real(shape.n_vocab);
    if (!wishes.flash_attention)
        floats += real(plan.n_batch) * real(padded(plan.n_cells)) * real(shape.n_heads);
    return 16 * real(kMiB) + floats * kFloat;
}

}  // namespace

std::span<const CacheType> cache_types() {
    static constexpr std::array<CacheType, 9> kTypes{{
        {"f32", 4.0},
        {"f16", 2.0},
        {"bf16", 2.0},
        {"q8_0", 34.0 / 32},
        {"q5_1", 24.0 / 32},
        {"q5_0", 22.0 / 32},
        {"q4_1", 20.0 / 32},
        {"q4_0", 18.0 / 32},
        {"iq4_nl", 18.0 / 32},
    }};
    return kTypes;
}

std::optional<double> cache_element_bytes(std::string_view type) {
    const std::string name = type.empty() ? "f16" : lower(type);
    for (const CacheType& known : cache_types())
        if (known.name == name) return known.element_bytes;
    return std::nullopt;
}

MemoryPlan plan_memory(const ModelShape& shape, const MemoryWishes& wishes) {
    MemoryPlan plan;
    plan.n_parallel =
        std::clamp<std::int64_t>(wishes.n_parallel, 1, kMaxSequences - kSpareSequences);
    plan.n_ctx = choose_context(shape, wishes);
    plan.n_cells = choose_cells(shape, wishes, plan.n_ctx, plan.n_parallel);
    plan.n_sequences = choose_sequences(shape, plan.n_parallel);
    plan.n_batch = choose_batch(wishes, plan);
    if (shape.window > 0) {
        plan.window_cells =
            std::min(padded(plan.n_cells), padded(shape.window * plan.n_sequences + plan.n_batch));
    }
    return plan;
}

MemoryEstimate estimate_memory(const ModelShape& shape, const MemoryWishes& wishes) {
    const MemoryPlan plan = plan_memory(shape, wishes);
    return {.weights_bytes = shape.weights_bytes,
            .cache_bytes = saturated(cache_bytes(shape, wishes, plan)),
            .compute_bytes = saturated(compute_bytes(shape, wishes, plan))};
}

}  // namespace corral::gguf
