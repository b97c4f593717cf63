#include "sched/admission.h"

#include <gtest/gtest.h>

namespace corral::sched {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kGiB = 1024 * kMiB;

Footprint footprint(std::int64_t system_bytes, std::int64_t gpu_bytes = 0) {
    Footprint result{.system_bytes = system_bytes};
    if (gpu_bytes > 0) result.device_bytes["gpu"] = gpu_bytes;
    return result;
}

TEST(Admission, FreeMemoryIsBoundedByWhatIsKnownToBeInUse) {
    const Machine machine{16 * kGiB, 14 * kGiB, {}};
    const auto free = [&](std::int64_t tracked, std::int64_t loading) {
        return budget_for(machine, footprint(tracked), footprint(loading)).system_bytes;
    };
    EXPECT_EQ(free(0, 0), 14 * kGiB);
    EXPECT_EQ(free(5 * kGiB, 0), 11 * kGiB);
    EXPECT_EQ(free(4 * kGiB, 4 * kGiB), 10 * kGiB);
}

TEST(Admission, TheSameHoldsForEveryDevice) {
    Machine machine;
    machine.devices = {{.name = "gpu", .total_bytes = 8 * kGiB, .free_bytes = 7 * kGiB}};
    const auto free = [&](std::int64_t tracked, std::int64_t loading) {
        return budget_for(machine, footprint(0, tracked), footprint(0, loading))
            .devices[0]
            .free_bytes;
    };
    EXPECT_EQ(free(0, 0), 7 * kGiB);
    EXPECT_EQ(free(4 * kGiB, 0), 4 * kGiB);
    EXPECT_EQ(free(4 * kGiB, 4 * kGiB), 3 * kGiB);
    EXPECT_EQ(free(9 * kGiB, 0), 0);
}

TEST(Admission, WhatAModelGivesBackMayBeTaken) {
    Machine machine{16 * kGiB, 8 * kGiB, {}};
    machine.devices = {{.name = "gpu", .total_bytes = 8 * kGiB, .free_bytes = kGiB}};
    Budget budget = budget_for(machine, {}, {});
    budget.give_back(footprint(2 * kGiB, 3 * kGiB));
    EXPECT_EQ(budget.system_bytes, 10 * kGiB);
    EXPECT_EQ(budget.devices[0].free_bytes, 4 * kGiB);
}

// scheduler-runtime.md 20.5.
TEST(Weakness05, ProjectorsAndAdaptersCount) {
    ModelSpec spec;
    spec.shape.weights_bytes = kGiB;
    const std::int64_t plain = estimate_memory(spec, 4096, 1).total();
    spec.adapter_bytes = 10 * kMiB;
    EXPECT_EQ(estimate_memory(spec, 4096, 1).total(), plain + 10 * kMiB);
    spec.projector_bytes = 500 * kMiB;
    EXPECT_EQ(estimate_memory(spec, 4096, 1).total(), plain + 510 * kMiB + 256 * kMiB);
}

TEST(Weakness05, SettingsOfTheLoadCount) {
    ModelSpec spec;
    spec.shape = {.n_embd = 512, .n_ff = 2048, .n_heads = 8, .kv_elements = 16 << 10};
    const auto f16 = estimate_memory(spec, 4096, 1);
    spec.load.kv_cache_type = "q8_0";
    EXPECT_EQ(estimate_memory(spec, 4096, 1).cache_bytes, f16.cache_bytes * 34 / 64);
    spec.load.flash_attention = false;
    EXPECT_GT(estimate_memory(spec, 4096, 1).compute_bytes, f16.compute_bytes);
}

TEST(Admission, SaysWhatIsMissing) {
    EXPECT_EQ(not_enough_memory(9 * kGiB / 2, kGiB).message,
              "model requires more system memory (4.5 GiB) than is available (1.0 GiB)");
    EXPECT_EQ(not_enough_memory(kGiB, -kGiB).code, ErrorCode::no_memory);
}

}  // namespace
}  // namespace corral::sched
