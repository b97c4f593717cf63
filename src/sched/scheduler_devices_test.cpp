// The scheduler on machines with GPUs, all of them made up.

#include <gtest/gtest.h>

#include "sched/scheduler_world.h"

namespace corral::sched::testing {
namespace {

wire::Device gpu(const std::string& name, std::int64_t free_gib, std::int64_t total_gib = 24) {
    return {.name = name,
            .library = "CUDA",
            .total_bytes = total_gib * kGiB,
            .free_bytes = free_gib * kGiB};
}

// Its system memory is ample.
World with_gpus(std::vector<wire::Device> gpus, SchedulerConfig config = {}) {
    World world(std::move(config), std::move(gpus));
    world.memory = {64 * kGiB, 64 * kGiB, {}};
    return world;
}

void report(World& world, RunnerId id, std::int64_t gpu_gib) {
    wire::Loaded info;
    info.n_ctx = 4096;
    info.memory_bytes = info.gpu_memory_bytes = gpu_gib * kGiB;
    world.scheduler.loaded(id, info, world.now);
}

TEST(SchedulerDevices, NothingLoadsBeforeTheFirstLook) {
    World world({.discovers = true});
    EXPECT_EQ(world.request(1, "a"), "");
    EXPECT_EQ(world.devices({}), "start 1 a");
}

TEST(SchedulerDevices, WithoutGpusNobodyLooksAgain) {
    World world({.discovers = true});
    world.devices({});
    EXPECT_EQ(world.request(1, "a"), "start 1 a");
    EXPECT_EQ(world.request(2, "b"), "start 2 b");
    EXPECT_EQ(world.exited(1), "fail 1: crashed");
    EXPECT_EQ(world.request(3, "c"), "start 3 c");
}

TEST(SchedulerDevices, FreeMemoryIsRefreshedBeforeEveryLoad) {
    auto world = with_gpus({gpu("CUDA0", 20)});
    EXPECT_EQ(world.request(1, sized("a", 4 * kGiB)), "start 1 a") << "just looked";
    report(world, 1, 5);
    EXPECT_EQ(world.request(2, sized("b", 4 * kGiB)), "refresh");
    EXPECT_EQ(world.request(3, sized("c", 4 * kGiB)), "") << "one look serves both";
    EXPECT_EQ(world.devices({gpu("CUDA0", 15)}), "start 2 b; refresh");
    EXPECT_EQ(world.devices({gpu("CUDA0", 15)}), "start 3 c") << "less what b is going to take";
}

TEST(SchedulerDevices, ALookThatWasOvertakenIsRepeated) {
    auto world = with_gpus({gpu("CUDA0", 20)});
    world.request(1, sized("a", 4 * kGiB));
    report(world, 1, 5);
    world.release(1);
    EXPECT_EQ(world.request(2, sized("b", 12 * kGiB)), "refresh");
    EXPECT_EQ(world.unload("a"), "stop 1");
    EXPECT_EQ(world.exited(1), "");
    EXPECT_EQ(world.devices({gpu("CUDA0", 2)}), "refresh") << "that was before the exit";
    EXPECT_EQ(world.devices({gpu("CUDA0", 22)}), "start 2 b");
}

TEST(SchedulerDevices, RequestsForLoadedModelsDoNotWaitForALook) {
    auto world = with_gpus({gpu("CUDA0", 20)});
    world.request(1, sized("a", 4 * kGiB));
    report(world, 1, 5);
    world.request(2, sized("b", 4 * kGiB));
    EXPECT_EQ(world.request(3, sized("a", 4 * kGiB)), "give 1 to 3");
}

TEST(SchedulerDevices, TheRunnerIsToldWhichGpusToUse) {
    auto world = with_gpus({gpu("CUDA0", 10), gpu("CUDA1", 20)});
    EXPECT_EQ(world.load_of(1, sized("a", 4 * kGiB)).devices, std::vector<std::string>{"CUDA1"});
    auto cpu_only = sized("b", 4 * kGiB);
    cpu_only.load.options.num_gpu = 0;
    auto other = with_gpus({gpu("CUDA0", 10)});
    EXPECT_TRUE(other.load_of(1, cpu_only).devices.empty());
}

TEST(SchedulerDevices, AModelThatFitsOnlyAloneSendsOthersAway) {
    auto world = with_gpus({gpu("CUDA0", 22)});
    world.request(1, sized("a", 8 * kGiB));
    report(world, 1, 9);
    world.release(1);
    EXPECT_EQ(world.request(2, sized("b", 14 * kGiB)), "refresh");
    EXPECT_EQ(world.devices({gpu("CUDA0", 13)}), "stop 1");
    EXPECT_EQ(world.exited(1), "refresh");
    EXPECT_EQ(world.devices({gpu("CUDA0", 22)}), "start 2 b");
}

TEST(SchedulerDevices, AModelThatFitsNowhereGetsTheGpusForItself) {
    auto world = with_gpus({gpu("CUDA0", 22)});
    world.request(1, sized("a", 8 * kGiB));
    report(world, 1, 9);
    world.release(1);
    world.request(2, sized("b", 40 * kGiB));
    EXPECT_EQ(world.devices({gpu("CUDA0", 13)}), "stop 1");
    EXPECT_EQ(world.exited(1), "refresh");
    EXPECT_EQ(world.devices({gpu("CUDA0", 22)}), "start 2 b") << "partly in system memory";
}

TEST(SchedulerDevices, ModelsInSystemMemoryStayWhereTheyAre) {
    auto world = with_gpus({gpu("CUDA0", 22)});
    auto in_system = sized("a", 8 * kGiB);
    in_system.load.options.num_gpu = 0;
    world.request(1, in_system);
    world.loaded(1, 4096, 9 * kGiB);
    world.release(1);
    EXPECT_EQ(world.request(2, sized("b", 40 * kGiB)), "start 2 b");
}

TEST(SchedulerDevices, TheLimitCountsGpus) {
    auto world = with_gpus({gpu("CUDA0", 22), gpu("CUDA1", 22)});
    for (RequestId id = 1; id <= 6; ++id) {
        world.request(id, sized(std::string(1, static_cast<char>('a' + id)), kGiB));
        world.devices({gpu("CUDA0", 22), gpu("CUDA1", 22)});
        report(world, id, 1);
        world.release(id);
    }
    EXPECT_EQ(world.request(7, sized("z", kGiB)), "stop 1");
}

// The context (scheduler-runtime.md 14.1, 7.7).

TEST(SchedulerDevices, TheAutomaticContextFollowsTheMemory) {
    ModelSpec spec = sized("a", 4 * kGiB);
    auto large = with_gpus({gpu("CUDA0", 46, 48)});
    EXPECT_EQ(large.load_of(1, spec).options.num_ctx, 262144);
    auto middle = with_gpus({gpu("CUDA0", 22, 24)});
    EXPECT_EQ(middle.load_of(1, spec).options.num_ctx, 32768);
    spec.shape.n_ctx_train = 8192;
    auto trained = with_gpus({gpu("CUDA0", 22, 24)});
    EXPECT_EQ(trained.load_of(1, spec).options.num_ctx, 8192);
}

TEST(SchedulerDevices, ALoadThatRanOutIsTriedWithTheNextSmallerContext) {
    auto world = with_gpus({gpu("CUDA0", 46, 48)});
    EXPECT_EQ(world.load_of(1, sized("a", 4 * kGiB)).options.num_ctx, 262144);
    EXPECT_EQ(world.load_failed(1, ErrorCode::no_memory), "stop 1");
    EXPECT_EQ(world.exited(1), "refresh");
    const Effects effects = world.scheduler.devices({gpu("CUDA0", 46, 48)}, world.now);
    const auto& second = std::get<StartRunner>(effects.at(0));
    EXPECT_EQ(second.load.options.num_ctx, 32768);
    EXPECT_EQ(world.load_failed(second.runner, ErrorCode::no_memory), "fail 1: broken; stop 2")
        << "once only";
}

TEST(SchedulerDevices, AChosenContextIsNotMadeSmaller) {
    auto world = with_gpus({gpu("CUDA0", 46, 48)});
    world.load_of(1, with_context(sized("a", 4 * kGiB), 65536));
    EXPECT_EQ(world.load_failed(1, ErrorCode::no_memory), "fail 1: broken; stop 1");
}

}  // namespace
}  // namespace corral::sched::testing
