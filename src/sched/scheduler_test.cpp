#include <gtest/gtest.h>

#include <chrono>

#include "sched/scheduler_world.h"

namespace corral::sched::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBusy = "server busy, please try again.  maximum pending requests exceeded";

// Loading and handing out.

TEST(Scheduler, LoadsAModelForItsFirstRequest) {
    World world;
    EXPECT_EQ(world.request(1, "a"), "start 1 a");
    EXPECT_EQ(world.loaded(1), "give 1 to 1");
}

TEST(Scheduler, OneLoadServesAllWhoWaitForTheModel) {
    World world;
    world.request(1, "a");
    EXPECT_EQ(world.request(2, "a"), "");
    EXPECT_EQ(world.request(3, "a"), "");
    EXPECT_EQ(world.loaded(1), "give 1 to 1; give 1 to 2; give 1 to 3");
}

TEST(Scheduler, ALoadedModelIsHandedOutAtOnce) {
    World world;
    world.load(1, "a", 1);
    EXPECT_EQ(world.request(2, "a"), "give 1 to 2");
    EXPECT_EQ(world.request(3, "a"), "give 1 to 3");
}

TEST(Scheduler, TwoModelsLoadAtTheSameTime) {
    World world;
    EXPECT_EQ(world.request(1, "a"), "start 1 a");
    EXPECT_EQ(world.request(2, "b"), "start 2 b");
    EXPECT_EQ(world.loaded(2), "give 2 to 2");
    EXPECT_EQ(world.loaded(1), "give 1 to 1");
}

TEST(Scheduler, TheRunnerIsStartedWithAResolvedContext) {
    World world;
    ModelSpec spec = model("a");
    spec.shape.n_ctx_train = 2048;
    const Effects effects = world.scheduler.request(1, spec, std::nullopt, world.now);
    EXPECT_EQ(std::get<StartRunner>(effects.at(0)).load.options.num_ctx, 2048);
}

// Keep-alive (native-api.md 6.1).

TEST(SchedulerKeepAlive, AnIdleRunnerLeavesAfterTheDefault) {
    World world;
    world.load(1, "a", 1);
    EXPECT_EQ(world.after(5min - 1ns), "");
    EXPECT_EQ(world.after(1ns), "stop 1");
}

TEST(SchedulerKeepAlive, TheTimerRunsOnlyWhileIdle) {
    World world;
    world.load(1, "a", 1);
    world.after(4min);
    world.request(2, "a");
    EXPECT_EQ(world.after(1h), "");
    EXPECT_EQ(world.release(2), "");
    EXPECT_EQ(world.after(4min), "");
    EXPECT_EQ(world.after(1min), "stop 1");
}

TEST(SchedulerKeepAlive, TheLastOfSeveralRequestsStartsTheTimer) {
    World world;
    world.load(1, "a", 1);
    world.request(2, "a");
    world.request(3, "a");
    world.release(2);
    EXPECT_EQ(world.after(6min), "");
    world.release(3);
    EXPECT_EQ(world.after(5min), "stop 1");
}

TEST(SchedulerKeepAlive, AValueSticksUntilAnotherOneComes) {
    World world;
    world.load(1, "a", 1, 10s);
    world.request(2, "a");
    world.release(2);
    EXPECT_EQ(world.after(9s), "");
    world.request(3, "a", 1min);
    world.release(3);
    EXPECT_EQ(world.after(59s), "");
    EXPECT_EQ(world.after(1s), "stop 1");
}

TEST(SchedulerKeepAlive, ZeroUnloadsWhenTheRequestEnds) {
    World world;
    world.request(1, "a", 0s);
    EXPECT_EQ(world.loaded(1), "give 1 to 1");
    EXPECT_EQ(world.release(1), "stop 1");
}

TEST(SchedulerKeepAlive, ZeroReplacesALongerTimeThatWasRunning) {
    World world;
    world.load(1, "a", 1, 1h);
    world.request(2, "a", 0s);
    EXPECT_EQ(world.release(2), "stop 1");
}

TEST(SchedulerKeepAlive, ForeverNeverExpires) {
    World world;
    world.load(1, "a", 1, kForever);
    EXPECT_EQ(world.scheduler.next_deadline(), Time::max());
    EXPECT_EQ(world.status("a")->expires_at, Time::max());
}

TEST(SchedulerKeepAlive, TheDefaultComesFromTheConfiguration) {
    World world({.keep_alive = 7s});
    world.load(1, "a", 1);
    EXPECT_EQ(world.scheduler.next_deadline(), world.now + 7s);
}

// scheduler-runtime.md 20.6: upstream shows the old time while later requests run.
TEST(Weakness06, WhileRequestsRunTheExpiryIsWhatItWouldBeIfTheyEnded) {
    World world;
    world.request(1, "a");
    world.loaded(1);
    EXPECT_EQ(world.status("a")->expires_at, world.now + 5min);
    world.release(1);
    const Time idle_until = world.now + 5min;
    world.after(1min);
    EXPECT_EQ(world.status("a")->expires_at, idle_until);
    world.request(2, "a", 1h);
    world.after(10min);
    EXPECT_EQ(world.status("a")->expires_at, world.now + 1h);
}

// Unload requests.

TEST(SchedulerUnload, AnIdleRunnerStopsAtOnce) {
    World world;
    world.load(1, "a", 1, kForever);
    EXPECT_EQ(world.unload("a"), "stop 1");
    EXPECT_FALSE(world.status("a"));
}

TEST(SchedulerUnload, ABusyRunnerStopsWhenIdleAndShowsItsEndAsNow) {
    World world;
    world.request(1, "a");
    world.loaded(1);
    EXPECT_EQ(world.unload("a"), "");
    EXPECT_EQ(world.status("a")->expires_at, world.now);
    EXPECT_EQ(world.release(1), "stop 1");
}

TEST(SchedulerUnload, NothingHappensWithoutARunner) {
    World world;
    EXPECT_EQ(world.unload("a"), "");
    world.request(1, "a");
    EXPECT_EQ(world.unload("a"), "");
    EXPECT_EQ(world.loaded(1), "give 1 to 1");
}

TEST(SchedulerUnload, ARequestDuringTheExitGetsANewRunnerAfterIt) {
    World world;
    world.load(1, "a", 1);
    world.unload("a");
    EXPECT_EQ(world.request(2, "a"), "");
    EXPECT_EQ(world.exited(1), "start 2 a");
}

// Queue (native-api.md 6.5).

TEST(SchedulerQueue, RefusesBeyondItsCapacity) {
    World world({.max_queue = 1});
    EXPECT_EQ(world.request(1, "a"), "start 1 a");
    EXPECT_EQ(world.request(2, "a"), "");
    EXPECT_EQ(world.request(3, "a"), fmt::format("fail 3: {}", kBusy));
    EXPECT_EQ(world.loaded(1), "give 1 to 1; give 1 to 2");
}

TEST(SchedulerQueue, RefusalsCarryTheStatus503) {
    World world({.max_queue = 0});
    world.request(1, "a");
    const Effects effects = world.scheduler.request(2, model("a"), std::nullopt, world.now);
    EXPECT_EQ(std::get<FailRequest>(effects.at(0)).error.http_status, 503);
    EXPECT_EQ(std::get<FailRequest>(effects.at(0)).error.code, ErrorCode::busy);
}

TEST(SchedulerQueue, LoadedModelsAreServedThoughItIsFull) {
    World world({.max_queue = 0});
    world.load(1, "a", 1);
    world.request(2, "b");
    EXPECT_EQ(world.request(3, "b"), fmt::format("fail 3: {}", kBusy));
    EXPECT_EQ(world.request(4, "a"), "give 1 to 4");
}

TEST(SchedulerQueue, ACancelledRequestIsAnsweredAndMakesRoom) {
    World world({.max_queue = 1});
    world.request(1, "a");
    world.request(2, "a");
    EXPECT_EQ(world.cancel(2), "fail 2: request canceled");
    EXPECT_EQ(world.request(3, "a"), "");
}

// Cancelling.

TEST(SchedulerCancel, ALoadNobodyWaitsForIsAborted) {
    World world;
    world.request(1, "a");
    EXPECT_EQ(world.cancel(1), "fail 1: request canceled; kill 1");
    EXPECT_EQ(world.exited(1), "");
    EXPECT_TRUE(world.scheduler.empty());
}

TEST(SchedulerCancel, ALoadGoesOnWhileOthersWaitForIt) {
    World world;
    world.request(1, "a");
    world.request(2, "a");
    EXPECT_EQ(world.cancel(1), "fail 1: request canceled");
    EXPECT_EQ(world.loaded(1), "give 1 to 2");
}

TEST(SchedulerCancel, AnAbortedLoadIsStartedAgainForANewRequest) {
    World world;
    world.request(1, "a");
    world.cancel(1);
    EXPECT_EQ(world.request(2, "a"), "");
    EXPECT_EQ(world.exited(1), "start 2 a");
}

TEST(SchedulerCancel, AfterTheHandOutItIsTheHandlersBusiness) {
    World world;
    world.request(1, "a");
    world.loaded(1);
    EXPECT_EQ(world.cancel(1), "");
    EXPECT_EQ(world.release(1), "");
}

TEST(SchedulerCancel, EvictionForARequestThatLeftIsTakenBack) {
    World world({.max_loaded_models = 1});
    world.request(1, "a");
    world.loaded(1);
    world.request(2, "b");
    EXPECT_EQ(world.request(3, "a"), "") << "the runner is promised to request 2";
    EXPECT_EQ(world.cancel(2), "fail 2: request canceled; give 1 to 3");
}

// Reload.

TEST(SchedulerReload, WaitsForRunningRequestsAndThenForTheExit) {
    World world;
    world.request(1, with_context(model("a"), 2048));
    world.loaded(1, 2048);
    EXPECT_EQ(world.request(2, with_context(model("a"), 8192)), "");
    EXPECT_EQ(world.release(1), "stop 1");
    EXPECT_EQ(world.exited(1), "start 2 a");
    EXPECT_EQ(world.loaded(2, 8192), "give 2 to 2");
}

TEST(SchedulerReload, LaterRequestsDoNotOvertakeOneThatWaitsForAReload) {
    World world;
    world.request(1, with_context(model("a"), 2048));
    world.loaded(1, 2048);
    world.request(2, with_context(model("a"), 8192));
    EXPECT_EQ(world.request(3, with_context(model("a"), 2048)), "");
    EXPECT_EQ(world.release(1), "stop 1");
}

TEST(SchedulerReload, DoesNotHoldUpOtherModels) {
    World world;
    world.request(1, with_context(model("a"), 2048));
    world.loaded(1, 2048);
    world.request(2, with_context(model("a"), 8192));
    EXPECT_EQ(world.request(3, "b"), "start 2 b");
}

TEST(SchedulerReload, OptionsThatDifferDuringALoadReloadAfterIt) {
    World world;
    world.request(1, with_context(model("a"), 2048));
    world.request(2, with_context(model("a"), 8192));
    EXPECT_EQ(world.loaded(1, 2048), "give 1 to 1");
    EXPECT_EQ(world.release(1), "stop 1");
    EXPECT_EQ(world.exited(1), "start 2 a");
}

TEST(SchedulerReload, ALoadThatOnlyOthersOptionsWaitForIsAborted) {
    World world;
    world.request(1, with_context(model("a"), 2048));
    world.request(2, with_context(model("a"), 8192));
    EXPECT_EQ(world.cancel(1), "fail 1: request canceled; kill 1");
    EXPECT_EQ(world.exited(1), "start 2 a");
}

// The number of models.

TEST(SchedulerLimit, ThreeModelsByDefault) {
    World world;
    world.load(1, "a", 1);
    world.load(2, "b", 2);
    world.load(3, "c", 3);
    EXPECT_EQ(world.request(4, "d"), "stop 1");
    EXPECT_EQ(world.exited(1), "start 4 d");
}

TEST(SchedulerLimit, TheShortestKeepAliveGoesFirst) {
    World world({.max_loaded_models = 2});
    world.load(1, "a", 1, 1h);
    world.load(2, "b", 2, 1min);
    EXPECT_EQ(world.request(3, "c"), "stop 2");
}

TEST(SchedulerLimit, WithEqualKeepAliveTheOneUnusedForLongestGoes) {
    World world({.max_loaded_models = 2});
    world.load(1, "a", 1);
    world.load(2, "b", 2);
    world.after(1s);
    world.request(3, "a");
    world.release(3);
    EXPECT_EQ(world.request(4, "c"), "stop 2");
}

TEST(SchedulerLimit, IdleRunnersGoBeforeBusyOnes) {
    World world({.max_loaded_models = 2});
    world.load(1, "a", 1, 1min);
    world.load(2, "b", 2, kForever);
    world.request(3, "a");
    EXPECT_EQ(world.request(4, "c"), "stop 2");
}

TEST(SchedulerLimit, ABusyVictimFinishesFirstAndTakesNothingNew) {
    World world({.max_loaded_models = 1});
    world.request(1, "a");
    world.loaded(1);
    EXPECT_EQ(world.request(2, "b"), "");
    EXPECT_EQ(world.request(3, "a"), "");
    EXPECT_EQ(world.release(1), "stop 1");
    EXPECT_EQ(world.exited(1), "start 2 b");
    EXPECT_EQ(world.loaded(2), "give 2 to 2");
    EXPECT_EQ(world.release(2), "stop 2") << "request 3 waits for its model";
    EXPECT_EQ(world.exited(2), "start 3 a");
}

TEST(SchedulerLimit, TwoWaitingModelsGetTwoVictims) {
    World world({.max_loaded_models = 2});
    world.load(1, "a", 1);
    world.load(2, "b", 2);
    EXPECT_EQ(world.request(3, "c"), "stop 1");
    EXPECT_EQ(world.request(4, "d"), "stop 2");
    EXPECT_EQ(world.exited(2), "start 3 c") << "the first in the queue gets the first place";
    EXPECT_EQ(world.exited(1), "start 4 d");
}

TEST(SchedulerLimit, OneVictimIsEnoughForOneModel) {
    World world({.max_loaded_models = 2});
    world.load(1, "a", 1);
    world.load(2, "b", 2);
    EXPECT_EQ(world.request(3, "c"), "stop 1");
    EXPECT_EQ(world.request(4, "c"), "");
    EXPECT_EQ(world.after(1s), "");
}

}  // namespace
}  // namespace corral::sched::testing
