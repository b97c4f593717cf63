#include "sched/devices.h"

#include <gtest/gtest.h>

namespace corral::sched {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

wire::Device device(const std::string& name, const std::string& library, std::int64_t gib = 8) {
    return {.name = name, .library = library, .total_bytes = gib * kGiB, .free_bytes = gib * kGiB};
}
wire::Device integrated(wire::Device one) {
    one.integrated = true;
    return one;
}

// The names of those that are used.
std::string used(std::vector<wire::Device> found, const Settings& settings = {}) {
    std::string names;
    for (const wire::Device& one : usable_devices(std::move(found), settings))
        names += one.name + " ";
    return names;
}

TEST(Devices, DevicesWithoutMemoryAreNone) {
    EXPECT_EQ(used({device("BLAS", "BLAS", 0), device("CUDA0", "CUDA")}), "CUDA0 ");
}

TEST(Devices, TheLibraryCanBeChosen) {
    const std::vector<wire::Device> found = {device("CUDA0", "CUDA"), device("ROCm0", "ROCm")};
    const auto with = [&](const char* library) {
        Settings settings;
        settings.llm_library = library;
        return used(found, settings);
    };
    EXPECT_EQ(with(""), "CUDA0 ROCm0 ");
    EXPECT_EQ(with("cuda_v12"), "CUDA0 ");
    EXPECT_EQ(with("rocm"), "ROCm0 ");
    EXPECT_EQ(with("cpu"), "");
}

TEST(Devices, VulkanCanBeSwitchedOff) {
    Settings settings;
    settings.vulkan = false;
    EXPECT_EQ(used({device("Vulkan0", "Vulkan"), device("CUDA0", "CUDA")}, settings), "CUDA0 ");
}

TEST(Devices, IntegratedOnesAreUsedWhereTheyAreGoodOrWanted) {
    const std::vector<wire::Device> found = {integrated(device("Vulkan0", "Vulkan")),
                                             integrated(device("CUDA0", "CUDA"))};
    EXPECT_EQ(used(found), "CUDA0 ");
    Settings settings;
    settings.integrated_gpus = true;
    EXPECT_EQ(used(found, settings), "Vulkan0 CUDA0 ");
    settings.integrated_gpus = false;
    EXPECT_EQ(used(found, settings), "");
    std::vector<std::string> dropped;
    usable_devices(found, {}, &dropped);
    EXPECT_EQ(dropped, std::vector<std::string>{
                           "dropping integrated GPU; to enable, set OLLAMA_IGPU_ENABLE=1"});
}

TEST(Devices, VulkanGivesWayToABetterNameOfTheSameDevice) {
    std::vector<wire::Device> found = {device("Vulkan0", "Vulkan"), device("Vulkan1", "Vulkan"),
                                       device("CUDA0", "CUDA")};
    found[0].bus_id = found[2].bus_id = "0000:01:00.0";
    found[1].bus_id = "0000:02:00.0";
    EXPECT_EQ(used(found), "Vulkan1 CUDA0 ");
}

TEST(Devices, TheOverheadIsTakenOff) {
    Settings settings;
    settings.gpu_overhead_bytes = 3U << 30;
    const auto devices =
        usable_devices({device("CUDA0", "CUDA"), device("CUDA1", "CUDA", 2)}, settings);
    EXPECT_EQ(devices[0].free_bytes, 5 * kGiB);
    EXPECT_EQ(devices[0].total_bytes, 5 * kGiB);
    EXPECT_EQ(devices[1].free_bytes, 0);
}

TEST(Devices, TheContextDependsOnTheMemoryOfAllTogether) {  // scheduler-runtime.md 14.1
    EXPECT_EQ(automatic_context({}), 4096);
    EXPECT_EQ(automatic_context({device("CUDA0", "CUDA", 22)}), 4096);
    EXPECT_EQ(automatic_context({device("CUDA0", "CUDA", 23)}), 32768);
    EXPECT_EQ(automatic_context({device("CUDA0", "CUDA", 24), device("CUDA1", "CUDA", 22)}), 32768);
    EXPECT_EQ(automatic_context({device("CUDA0", "CUDA", 24), device("CUDA1", "CUDA", 24)}),
              262144);
}

}  // namespace
}  // namespace corral::sched
