#include <gtest/gtest.h>

#include <chrono>

#include "sched/scheduler_world.h"

namespace corral::sched::testing {
namespace {

using namespace std::chrono_literals;

// Memory.

TEST(SchedulerMemory, ALargeModelEvictsIdleOnesOnlyAsFarAsNeeded) {
    World world;
    world.memory = {16 * kGiB, 16 * kGiB};
    world.request(1, sized("a", 4 * kGiB), 1min);
    world.loaded(1, 4096, 5 * kGiB);
    world.release(1);
    world.request(2, sized("b", 4 * kGiB), 2min);
    world.loaded(2, 4096, 5 * kGiB);
    world.release(2);
    EXPECT_EQ(world.request(3, sized("c", 8 * kGiB)), "stop 1");
    EXPECT_EQ(world.exited(1), "start 3 c");
}

TEST(SchedulerMemory, WhatCannotFitFailsAndEvictsNothing) {
    World world;
    world.memory = {8 * kGiB, 8 * kGiB};
    world.request(1, sized("a", kGiB));
    world.loaded(1, 4096, kGiB);
    world.release(1);
    EXPECT_EQ(world.request(2, sized("b", 9 * kGiB)),
              "fail 2: model requires more system memory (9.5 GiB) than is available (8.0 GiB)");
    EXPECT_EQ(world.request(3, "a"), "give 1 to 3");
}

TEST(SchedulerMemory, BusyModelsAreWaitedFor) {
    World world;
    world.memory = {8 * kGiB, 8 * kGiB};
    world.request(1, sized("a", 4 * kGiB));
    world.loaded(1, 4096, 5 * kGiB);
    EXPECT_EQ(world.request(2, sized("b", 5 * kGiB)), "");
    EXPECT_EQ(world.request(3, sized("c", kGiB)), "start 2 c") << "small ones need not wait";
    EXPECT_EQ(world.release(1), "stop 1");
    EXPECT_EQ(world.exited(1), "start 3 b");
}

TEST(SchedulerMemory, ModelsStillLoadingCountWithTheirEstimate) {
    World world;
    world.memory = {8 * kGiB, 8 * kGiB};
    world.request(1, sized("a", 5 * kGiB));
    EXPECT_EQ(world.request(2, sized("b", 5 * kGiB)), "");
    world.loaded(1, 4096, 5 * kGiB);
    EXPECT_EQ(world.release(1), "stop 1");
    EXPECT_EQ(world.exited(1), "start 2 b");
}

TEST(SchedulerMemory, FewerSequencesAreBetterThanNoModel) {
    World world;
    world.memory = {3 * kGiB / 2, 3 * kGiB / 2};
    ModelSpec spec = sized("a", kGiB);
    spec.shape.kv_elements = 16 << 10;  // 128 MiB for each sequence of 4096 tokens
    const Effects effects = world.scheduler.request(1, spec, std::nullopt, world.now);
    EXPECT_EQ(std::get<StartRunner>(effects.at(0)).load.n_parallel, 2);
}

TEST(SchedulerMemory, AFixedNumberOfSequencesIsNotReduced) {
    World world({.placement = {.fixed_parallel = true}});
    world.memory = {3 * kGiB / 2, 3 * kGiB / 2};
    ModelSpec spec = sized("a", kGiB);
    spec.shape.kv_elements = 16 << 10;
    EXPECT_EQ(world.request(1, spec),
              "fail 1: model requires more system memory (1.7 GiB) than is available (1.5 GiB)");
}

TEST(SchedulerMemory, UnknownMemoryAdmitsEverything) {
    World world;
    EXPECT_EQ(world.request(1, sized("a", 1000 * kGiB)), "start 1 a");
}

TEST(SchedulerMemory, AnAbsurdContextIsRefusedWithoutOverflow) {
    World world;
    world.memory = {8 * kGiB, 8 * kGiB};
    ModelSpec spec = with_context(sized("a", kGiB), std::int64_t{1} << 60);
    spec.shape.kv_elements = 1 << 19;
    EXPECT_EQ(world.request(1, spec).find("fail 1: model requires more system memory"), 0U);
}

TEST(SchedulerMemory, ALoadThatRanOutIsTriedOnceMoreAlone) {
    World world;
    world.load(1, "a", 1);
    world.request(2, "b");
    EXPECT_EQ(world.load_failed(2, ErrorCode::no_memory), "stop 2");
    EXPECT_EQ(world.exited(2), "stop 1");
    EXPECT_EQ(world.exited(1), "start 3 b");
    EXPECT_EQ(world.load_failed(3, ErrorCode::no_memory), "fail 2: broken; stop 3");
}

TEST(SchedulerMemory, ALoadThatRanOutWithoutCompanyFailsAtOnce) {
    World world;
    world.request(1, "a");
    EXPECT_EQ(world.load_failed(1, ErrorCode::no_memory), "fail 1: broken; stop 1");
}

TEST(SchedulerMemory, RunningOutWhileServingSendsEverythingAwayWhenIdle) {
    World world;
    world.load(1, "a", 1);
    world.load(2, "b", 2);
    world.request(3, "b");
    EXPECT_EQ(world.out_of_memory(), "stop 1");
    EXPECT_EQ(world.release(3), "stop 2");
}

// Failures.

TEST(SchedulerFailure, AFailedLoadFailsAllWhoWaitedForIt) {
    World world;
    world.request(1, "a");
    world.request(2, "a");
    world.request(3, "b");
    EXPECT_EQ(world.load_failed(1), "fail 1: broken; fail 2: broken; stop 1");
    EXPECT_EQ(world.loaded(2), "give 2 to 3");
}

TEST(SchedulerFailure, AFailedLoadSparesThoseWithOtherOptions) {
    World world;
    world.request(1, with_context(model("a"), 1 << 20));
    world.request(2, with_context(model("a"), 2048));
    EXPECT_EQ(world.load_failed(1), "fail 1: broken; stop 1");
    EXPECT_EQ(world.exited(1), "start 2 a");
}

TEST(SchedulerFailure, ACrashWhileLoadingFailsTheWaiting) {
    World world;
    world.request(1, "a");
    EXPECT_EQ(world.exited(1), "fail 1: crashed");
    EXPECT_EQ(world.request(2, "a"), "start 2 a") << "the first crash costs nothing";
}

TEST(SchedulerFailure, RepeatedCrashesWhileLoadingHoldTheNextStartBack) {
    World world;
    world.request(1, "a");
    world.exited(1);
    world.request(2, "a");
    world.exited(2);
    EXPECT_EQ(world.request(3, "a"), "");
    EXPECT_EQ(world.scheduler.next_deadline(), world.now + 250ms);
    EXPECT_EQ(world.request(4, "b"), "start 3 b") << "other models are not concerned";
    EXPECT_EQ(world.after(250ms), "start 4 a");
    EXPECT_EQ(world.exited(4), "fail 3: crashed");
    world.request(5, "a");
    EXPECT_EQ(world.after(499ms), "");
    EXPECT_EQ(world.after(1ms), "start 5 a");
    world.loaded(5);
    world.exited(5);
    EXPECT_EQ(world.request(6, "a"), "start 6 a") << "a successful load forgives";
}

TEST(SchedulerFailure, ARunnerThatCrashesWhileServingIsReplaced) {
    World world;
    world.load(1, "a", 1);
    world.request(2, "a");
    EXPECT_EQ(world.exited(1), "");
    EXPECT_FALSE(world.status("a"));
    EXPECT_EQ(world.request(3, "a"), "start 2 a");
    EXPECT_EQ(world.release(2), "");
    EXPECT_EQ(world.loaded(2), "give 2 to 3");
}

TEST(SchedulerFailure, AStalledLoadTimesOut) {
    World world({.load_timeout = 10s});
    world.request(1, "a");
    EXPECT_EQ(world.after(9s), "");
    world.scheduler.load_progress(1, "", world.now);
    EXPECT_EQ(world.after(9s), "") << "progress starts the time again";
    world.scheduler.load_progress(1, "error: slow disk", world.now);
    EXPECT_EQ(world.scheduler.next_deadline(), world.now + 10s);
    EXPECT_EQ(world.after(10s),
              "fail 1: timed out waiting for the model runner to start - error: slow disk; kill 1");
}

TEST(SchedulerFailure, WithoutALoadTimeoutALoadMayTakeForever) {
    World world({.load_timeout = kForever});
    world.request(1, "a");
    EXPECT_EQ(world.after(24h), "");
    EXPECT_EQ(world.scheduler.next_deadline(), Time::max());
}

// Shutdown.

TEST(SchedulerShutdown, FailsTheWaitingAndLetsTheRunningFinish) {
    World world;
    world.load(1, "a", 1);
    world.load(2, "b", 2, kForever);
    world.request(3, "b");
    world.request(4, "c");
    EXPECT_EQ(world.shutdown(), "fail 4: the server is shutting down; kill 3; stop 1");
    EXPECT_EQ(world.request(5, "b"), "fail 5: the server is shutting down");
    EXPECT_EQ(world.release(3), "stop 2");
    world.exited(1);
    world.exited(2);
    world.exited(3);
    EXPECT_TRUE(world.scheduler.empty());
}

TEST(SchedulerShutdown, StopAllDoesNotWaitForAnybody) {
    World world;
    world.request(1, "a");
    world.loaded(1);
    EXPECT_EQ(world.stop_all(), "kill 1");
}

// What `ps` shows.

TEST(SchedulerStatus, MarksModelsThatAreLoading) {
    World world;
    world.request(1, "a");
    EXPECT_TRUE(world.status("a")->loading);
    world.loaded(1, 2048);
    EXPECT_FALSE(world.status("a")->loading);
    EXPECT_EQ(world.status("a")->info->n_ctx, 2048);
}

TEST(SchedulerStatus, NothingToDoMeansNoDeadline) {
    World world;
    EXPECT_EQ(world.scheduler.next_deadline(), Time::max());
    world.request(1, "a", kForever);
    world.loaded(1);
    EXPECT_EQ(world.scheduler.next_deadline(), Time::max());
}

}  // namespace
}  // namespace corral::sched::testing
