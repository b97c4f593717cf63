#include "sched/admission.h"

#include <gtest/gtest.h>

namespace corral::sched {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kGiB = 1024 * kMiB;

// 1 GiB of weights and 64 MiB of cache for one sequence of 4096 tokens.
ModelSpec spec() {
    ModelSpec result;
    result.file_size_bytes = kGiB;
    result.kv_bytes_per_token = 16 << 10;
    result.load.n_parallel = 8;
    return result;
}

TEST(Admission, CountsWeightsCacheAndBuffers) {
    const std::int64_t rest = kGiB + 32 * kMiB + kGiB / 8;
    EXPECT_EQ(estimate_memory(spec(), 1), rest + 64 * kMiB);
    EXPECT_EQ(estimate_memory(spec(), 4), rest + 256 * kMiB);
}

TEST(Admission, SequencesShareACacheOfBoundedSize) {
    EXPECT_EQ(estimate_memory(spec(), 16), estimate_memory(spec(), 64));
    ModelSpec large = spec();
    large.kv_bytes_per_token = 512 << 10;  // 2 GiB for one sequence
    EXPECT_EQ(estimate_memory(large, 8), estimate_memory(large, 1));
}

TEST(Admission, AQuantizedCacheIsSmaller) {
    ModelSpec quantized = spec();
    quantized.load.kv_cache_type = "q8_0";
    EXPECT_EQ(estimate_memory(spec(), 1) - estimate_memory(quantized, 1), 64 * kMiB * 30 / 64);
}

TEST(Admission, FreeMemoryIsBoundedByWhatIsKnownToBeInUse) {
    const Memory machine{16 * kGiB, 14 * kGiB};
    EXPECT_EQ(free_memory(machine, {}), 14 * kGiB);
    EXPECT_EQ(free_memory(machine, {.tracked_bytes = 5 * kGiB}), 11 * kGiB);
    EXPECT_EQ(free_memory(machine, {.tracked_bytes = 4 * kGiB, .loading_bytes = 4 * kGiB}),
              10 * kGiB);
}

TEST(Admission, HalvesTheSequencesUntilTheyFit) {
    EXPECT_EQ(fitting_parallel(spec(), 2 * kGiB, false), 8);
    EXPECT_EQ(fitting_parallel(spec(), estimate_memory(spec(), 3), false), 2);
    EXPECT_EQ(fitting_parallel(spec(), estimate_memory(spec(), 1), false), 1);
    EXPECT_EQ(fitting_parallel(spec(), kGiB, false), 0);
    EXPECT_EQ(fitting_parallel(spec(), estimate_memory(spec(), 3), true), 0);
}

TEST(Admission, SaysWhatIsMissing) {
    EXPECT_EQ(not_enough_memory(9 * kGiB / 2, kGiB).message,
              "model requires more system memory (4.5 GiB) than is available (1.0 GiB)");
    EXPECT_EQ(not_enough_memory(kGiB, -kGiB).code, ErrorCode::no_memory);
}

}  // namespace
}  // namespace corral::sched
