// The weaknesses of scheduler-runtime.md 20 that the scheduler does not share, by their numbers
// there. The rest is proved elsewhere: 5 in gguf/memory_plan_test.cpp and admission_test.cpp, 6 in
// scheduler_test.cpp, 9 and 10 by the socketpair (runner_process_test.cpp), 11, 12, 14 and 15 in
// tests/test_scheduler.py, 13 in tests/conformance.

#include <gtest/gtest.h>

#include "sched/scheduler_world.h"

namespace corral::sched::testing {
namespace {

using namespace std::chrono_literals;

TEST(Weakness01, ASlowLoadHoldsUpNobodyElse) {
    World world;
    world.request(1, "slow");
    EXPECT_EQ(world.request(2, "quick"), "start 2 quick");
    EXPECT_EQ(world.loaded(2), "give 2 to 2");
}

TEST(Weakness01, AVictimWithALongRequestHoldsUpOnlyWhoNeedsItsPlace) {
    World world({.max_loaded_models = 2});
    world.request(1, "a");
    world.loaded(1);
    world.request(2, "b");
    world.loaded(2);
    EXPECT_EQ(world.request(3, "c"), "") << "both are busy";
    EXPECT_EQ(world.request(4, "b"), "give 2 to 4") << "the other one is not concerned";
}

TEST(Weakness01, AReloadThatNeedsNoMemoryGoesAhead) {
    World world;
    world.memory = {8 * kGiB, 8 * kGiB, {}};
    world.request(1, sized("big", 5 * kGiB));
    world.loaded(1, 4096, 5 * kGiB);
    world.load(2, "a", 2);
    EXPECT_EQ(world.request(3, sized("other", 6 * kGiB)), "") << "waits for the busy one";
    EXPECT_EQ(world.request(4, with_context(model("a"), 2048)), "stop 2");
    EXPECT_EQ(world.exited(2), "start 3 a");
}

TEST(Weakness02, WhoLeavesTheQueueIsAnswered) {
    World world;
    world.request(1, "a");
    const Effects effects = world.scheduler.cancel(1, world.now);
    EXPECT_EQ(std::get<FailRequest>(effects.at(0)).error.http_status, 499);
}

TEST(Weakness03, WhatWasNotUsedForLongestGoesFirst) {
    World world({.max_loaded_models = 2});
    world.load(1, "a", 1);
    world.after(1s);
    world.load(2, "b", 2);
    EXPECT_EQ(world.request(3, "c"), "stop 1");
}

TEST(Weakness03, OfTwoThatAreIdleTheQuickToLoadGoes) {
    World world({.max_loaded_models = 2});
    world.request(1, "slow");
    world.after(60s);
    world.loaded(1);
    world.release(1);
    world.load(2, "quick", 2);
    world.after(5s);
    EXPECT_EQ(world.request(3, "c"), "stop 2") << "bringing the other back would take a minute";
}

TEST(Weakness03, OnlyWhatFreesEnoughIsSentAway) {
    World world;
    world.memory = {16 * kGiB, 16 * kGiB, {}};
    const auto load = [&](RequestId id, const std::string& key, std::int64_t gib) {
        world.request(id, sized(key, gib * kGiB));
        world.loaded(id, 4096, gib * kGiB);
        world.release(id);
        world.after(1s);
    };
    load(1, "small", 1);
    load(2, "large", 8);
    load(3, "middle", 2);
    EXPECT_EQ(world.request(4, sized("new", 9 * kGiB)), "stop 2")
        << "the small one is older, but its place would not be enough";
}

TEST(Weakness04, AMachineWithoutGpusIsNotDrivenIntoSwap) {
    World world;
    world.memory = {24 * kGiB, 20 * kGiB, {}};
    EXPECT_EQ(world.request(1, sized("a", 30 * kGiB)),
              "fail 1: model requires more system memory (30.5 GiB) than is available (20.0 GiB)");
    world.request(2, sized("b", 12 * kGiB));
    world.loaded(1, 4096, 12 * kGiB);
    EXPECT_EQ(world.request(3, sized("c", 12 * kGiB)), "") << "two would be too much";
    EXPECT_EQ(world.release(2), "stop 1");
}

TEST(Weakness07, RunnersAreAskedToEndAndCrashedOnesDisappearAtOnce) {
    World world;
    world.load(1, "a", 1);
    EXPECT_EQ(world.unload("a"), "stop 1") << "drained, not killed";
    world.exited(1);
    world.load(2, "b", 2);
    world.exited(2);
    EXPECT_FALSE(world.status("b"));
}

TEST(Weakness08, TheFirstClientsLeavingDoesNotAbortTheLoadOthersWaitFor) {
    World world;
    world.request(1, "a");
    world.request(2, "a");
    EXPECT_EQ(world.cancel(1), "fail 1: request canceled");
    EXPECT_EQ(world.loaded(1), "give 1 to 2");
}

// Fairness.

TEST(SchedulerFairness, AFloodForOneModelDoesNotStarveAnother) {
    World world({.max_loaded_models = 1});
    world.request(1, "a");
    world.loaded(1);
    world.request(2, "b");
    for (RequestId id = 10; id < 20; ++id)
        EXPECT_EQ(world.request(id, "a"), "") << "those who came later wait";
    EXPECT_EQ(world.release(1), "stop 1");
    EXPECT_EQ(world.exited(1), "start 2 b");
    EXPECT_EQ(world.loaded(2), "give 2 to 2");
    EXPECT_EQ(world.release(2), "stop 2") << "and are served after it";
    EXPECT_EQ(world.exited(2), "start 3 a");
}

// Places in the queue, and how long it may take.

TEST(SchedulerQueue, TellsPlaces) {
    World world({.max_loaded_models = 1});
    world.request(1, "a");
    world.request(2, "b");
    world.request(3, "c");
    EXPECT_EQ(world.scheduler.position(1)->n_before, 0U);
    EXPECT_TRUE(world.scheduler.position(1)->loading);
    EXPECT_EQ(world.scheduler.position(3)->n_before, 2U);
    EXPECT_FALSE(world.scheduler.position(3)->loading);
    world.loaded(1);
    EXPECT_FALSE(world.scheduler.position(1));
    EXPECT_EQ(world.scheduler.position(3)->n_before, 1U);
}

TEST(SchedulerQueue, RefusalsSayWhenToComeBack) {
    World world({.max_queue = 0});
    const auto retry_after = [&](RequestId id, const std::string& key) {
        const Effects effects = world.scheduler.request(id, model(key), std::nullopt, world.now);
        return std::get<FailRequest>(effects.at(0)).error.retry_after_s;
    };
    world.request(1, "a");
    EXPECT_EQ(retry_after(2, "b"), 1);
    world.after(40s);
    world.loaded(1);
    world.request(3, "c");
    EXPECT_EQ(retry_after(4, "d"), 20) << "the last load took 40 s, the one before nothing";
}

}  // namespace
}  // namespace corral::sched::testing
