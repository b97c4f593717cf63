#include "sched/admission.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "engine/memory_plan.h"
#include "sched/reload.h"

namespace corral::sched {

namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

// Bytes per element relative to f16, of the types llama.cpp takes for the cache.
double cache_type_scale(std::string_view type) {
    static constexpr std::array<std::pair<std::string_view, double>, 8> kScales{{
        {"f32", 2.0},
        {"q8_0", 34.0 / 64},
        {"q5_1", 24.0 / 64},
        {"q5_0", 22.0 / 64},
        {"q4_1", 20.0 / 64},
        {"q4_0", 18.0 / 64},
        {"iq4_nl", 18.0 / 64},
        {"bf16", 1.0},
    }};
    const auto* found =
        std::ranges::find(kScales, type, [](const auto& entry) { return entry.first; });
    return found == kScales.end() ? 1.0 : found->second;
}

// Compute buffers grow with the model's width and vocabulary, for which its size stands in.
std::int64_t compute_bytes(std::int64_t file_size_bytes) {
    return std::min(512 * kMiB, 32 * kMiB + file_size_bytes / 8);
}

double gibibytes(std::int64_t bytes) {
    return static_cast<double>(std::max<std::int64_t>(bytes, 0)) / static_cast<double>(1024 * kMiB);
}

}  // namespace

std::int64_t estimate_memory(const ModelSpec& spec, std::int64_t n_parallel) {
    // In floating point because num_ctx comes from outside and may be absurd.
    const double sequence = static_cast<double>(spec.kv_bytes_per_token) *
                            static_cast<double>(resolved_context(spec)) *
                            cache_type_scale(spec.load.kv_cache_type);
    // The engine lets sequences share a cache of bounded size (engine/memory_plan.h).
    const double shared =
        std::max(sequence, static_cast<double>(engine::shared_cache_bytes(spec.file_size_bytes)));
    const double cache = std::min(sequence * static_cast<double>(n_parallel), shared);
    const double rest =
        static_cast<double>(spec.file_size_bytes + compute_bytes(spec.file_size_bytes));
    constexpr double kMost = static_cast<double>(std::numeric_limits<std::int64_t>::max() / 4);
    return static_cast<std::int64_t>(std::min(cache + rest, kMost));
}

std::int64_t free_memory(const Memory& machine, const MemoryUse& use) {
    return std::min(machine.available_bytes - use.loading_bytes,
                    machine.total_bytes - use.tracked_bytes);
}

std::int64_t fitting_parallel(const ModelSpec& spec, std::int64_t free_bytes, bool fixed) {
    const std::int64_t wanted = std::max<std::int64_t>(spec.load.n_parallel, 1);
    const std::int64_t fewest = fixed ? wanted : 1;
    for (std::int64_t n = wanted; n >= fewest; n /= 2)
        if (estimate_memory(spec, n) <= free_bytes) return n;
    return 0;
}

Error not_enough_memory(std::int64_t needed_bytes, std::int64_t free_bytes) {
    return {.code = ErrorCode::no_memory,
            .message = fmt::format(
                "model requires more system memory ({:.1f} GiB) than is available ({:.1f} GiB)",
                gibibytes(needed_bytes), gibibytes(free_bytes)),
            .hint = "use a smaller num_ctx or a smaller model, or stop a model that is loaded",
            .http_status = 500};
}

}  // namespace corral::sched
