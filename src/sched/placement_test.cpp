#include "sched/placement.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace corral::sched {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kGiB = 1024 * kMiB;
constexpr std::int64_t kAutomatic = 4096;

wire::Device gpu(const std::string& name, std::int64_t free_gib,
                 const std::string& library = "CUDA") {
    return {.name = name,
            .library = library,
            .total_bytes = free_gib * kGiB,
            .free_bytes = free_gib * kGiB};
}

Budget machine(std::vector<wire::Device> gpus, std::int64_t system_gib = 64) {
    return {.system_bytes = system_gib * kGiB, .devices = std::move(gpus)};
}

// 31 layers (with the output 32) of `gib` GiB together, one sequence.
ModelSpec model(std::int64_t gib) {
    ModelSpec spec;
    spec.shape.weights_bytes = gib * kGiB;
    spec.shape.n_layers = 31;
    spec.load.n_parallel = 1;
    return spec;
}

struct Rules {
    bool spread = false;
    Fullness fullness = Fullness::partial;
};

// "CUDA0 CUDA1", "cpu", or "nowhere".
std::string where(const ModelSpec& spec, const Budget& budget, Rules rules = {}) {
    const auto placement =
        place_model(spec, kAutomatic, budget, {.spread = rules.spread}, rules.fullness);
    if (!placement) return "nowhere";
    return placement->devices.empty() ? "cpu"
                                      : fmt::format("{}", fmt::join(placement->devices, " "));
}

TEST(Placement, WithoutGpusSystemMemoryHasToDo) {
    EXPECT_EQ(where(model(4), machine({})), "cpu");
    EXPECT_EQ(where(model(100), machine({})), "nowhere");
    Budget unknown;
    unknown.limited = false;
    EXPECT_EQ(where(model(100), unknown), "cpu");
}

TEST(Placement, OneGpuIsBetterThanTwo) {
    const auto two = machine({gpu("CUDA0", 8), gpu("CUDA1", 12)});
    EXPECT_EQ(where(model(4), two), "CUDA1") << "the one with most room";
    EXPECT_EQ(where(model(12), two), "CUDA0 CUDA1");
    EXPECT_EQ(where(model(4), two, {.spread = true}), "CUDA0 CUDA1");
}

TEST(Placement, OnlyFourFifthsOfTheFreeMemoryArePlannedFor) {
    EXPECT_EQ(where(model(7), machine({gpu("CUDA0", 8)}), {.fullness = Fullness::whole}),
              "nowhere");
    EXPECT_EQ(where(model(5), machine({gpu("CUDA0", 8)}), {.fullness = Fullness::whole}), "CUDA0");
}

TEST(Placement, OneModelIsComputedByOneBackend) {
    const auto mixed = machine({gpu("CUDA0", 8), gpu("ROCm0", 10, "ROCm"), gpu("CUDA1", 8)});
    EXPECT_EQ(where(model(7), mixed), "ROCm0");
    EXPECT_EQ(where(model(11), mixed), "CUDA0 CUDA1");
}

TEST(Placement, DiscreteGpusComeBeforeIntegratedOnes) {
    wire::Device integrated = gpu("Vulkan0", 32, "Vulkan");
    integrated.integrated = true;
    EXPECT_EQ(where(model(4), machine({integrated, gpu("CUDA0", 8)})), "CUDA0");
    EXPECT_EQ(where(model(12), machine({integrated, gpu("CUDA0", 8)})), "Vulkan0");
    EXPECT_EQ(where(model(12), machine({integrated}, 8)), "nowhere") << "it is the same memory";
}

TEST(Placement, TheMainGpuIsTakenAsAsked) {
    ModelSpec spec = model(4);
    spec.load.options.main_gpu = 1;
    EXPECT_EQ(where(spec, machine({gpu("CUDA0", 80), gpu("CUDA1", 8)})), "CUDA1");
    EXPECT_EQ(where(spec, machine({gpu("CUDA0", 8), gpu("CUDA1", 8), gpu("ROCm0", 16, "ROCm"),
                                   gpu("ROCm1", 16, "ROCm")})),
              "ROCm1")
        << "of each backend's second, the one with most room";
    spec.load.options.main_gpu = 7;
    EXPECT_EQ(where(spec, machine({gpu("CUDA0", 8), gpu("CUDA1", 8)})), "CUDA0 CUDA1");
}

TEST(Placement, LayersThatDoNotFitStayInSystemMemory) {
    const auto placement =
        place_model(model(16), kAutomatic, machine({gpu("CUDA0", 11)}), {}, Fullness::partial);
    ASSERT_TRUE(placement);
    // 512 MiB a layer, 512 MiB of buffers, 8.8 GiB usable: 16 layers.
    EXPECT_EQ(placement->footprint.device_bytes.at("CUDA0"), 16 * 512 * kMiB + 512 * kMiB);
    EXPECT_EQ(placement->footprint.system_bytes, 16 * 512 * kMiB + 512 * kMiB);
    EXPECT_EQ(where(model(16), machine({gpu("CUDA0", 11)}, 8)), "nowhere");
    EXPECT_EQ(where(model(4), machine({gpu("CUDA0", 0)})), "cpu") << "not even one layer";
}

TEST(Placement, AChosenNumberOfLayersIsTakenAsAsked) {
    ModelSpec spec = model(16);
    spec.load.options.num_gpu = 0;
    EXPECT_EQ(where(spec, machine({gpu("CUDA0", 80)})), "cpu");
    spec.load.options.num_gpu = 8;
    const auto placement =
        place_model(spec, kAutomatic, machine({gpu("CUDA0", 5)}), {}, Fullness::whole);
    ASSERT_TRUE(placement);
    EXPECT_EQ(placement->footprint.device_bytes.at("CUDA0"), 4 * kGiB + 512 * kMiB);
    EXPECT_EQ(placement->footprint.system_bytes, 12 * kGiB + 512 * kMiB);
    spec.load.options.num_gpu = 99;
    EXPECT_EQ(where(spec, machine({gpu("CUDA0", 17)})), "CUDA0") << "more than there are: all";
}

TEST(Placement, FewerSequencesAndSmallerContextsComeBeforeFewerLayers) {
    ModelSpec spec = model(4);
    spec.load.n_parallel = 8;
    spec.shape.kv_elements = 32 << 10;  // 256 MiB for 4096 tokens
    const auto place = [&](std::int64_t n_ctx_automatic, std::int64_t gib) {
        const auto placement =
            place_model(spec, n_ctx_automatic, machine({gpu("CUDA0", gib)}), {}, Fullness::partial);
        return fmt::format("{} {} {}", placement->n_ctx, placement->n_parallel,
                           placement->footprint.system_bytes == 0 ? "whole" : "part");
    };
    EXPECT_EQ(place(4096, 16), "4096 8 whole");
    EXPECT_EQ(place(4096, 6), "4096 1 whole");
    EXPECT_EQ(place(32768, 16), "32768 8 whole");
    EXPECT_EQ(place(32768, 8), "4096 8 whole");
    spec.context_automatic = false;
    spec.load.options.num_ctx = 32768;
    EXPECT_EQ(place(32768, 8), "32768 8 part") << "what was chosen is kept";
}

TEST(Placement, LongContextsGetLargeBatchesWhereThereIsRoom) {  // scheduler-runtime.md 7.3
    ModelSpec spec = model(4);
    const auto batch = [&](std::int64_t num_ctx, std::int64_t gib) {
        spec.load.options.num_ctx = num_ctx;
        spec.context_automatic = false;
        return place_model(spec, kAutomatic, machine({gpu("CUDA0", gib)}), {}, Fullness::whole)
            ->n_batch;
    };
    EXPECT_EQ(batch(4096, 80), 512);
    EXPECT_EQ(batch(8192, 80), 1024);
    EXPECT_EQ(batch(65536, 80), 2048);
    EXPECT_EQ(batch(65536, 7), 1024);
    EXPECT_EQ(batch(65536, 6), 512);
    spec.load.options.num_batch = 64;
    EXPECT_EQ(batch(65536, 80), 0) << "chosen";
    EXPECT_EQ(place_model(model(4), kAutomatic, machine({}), {}, Fullness::whole)->n_batch, 0);
}

}  // namespace
}  // namespace corral::sched
