#include "sched/scheduler.h"

#include <gtest/gtest.h>

#include <chrono>

namespace corral::sched {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

std::string text(const StartRunner& effect) {
    return fmt::format("start {} {}", effect.runner, effect.load.model_path);
}
std::string text(const StopRunner& effect) {
    return fmt::format("{} {}", effect.mode == StopMode::kill ? "kill" : "stop", effect.runner);
}
std::string text(const HandOut& effect) {
    return fmt::format("give {} to {}", effect.runner, effect.request);
}
std::string text(const FailRequest& effect) {
    return fmt::format("fail {}: {}", effect.request, effect.error.message);
}

ModelSpec model(const std::string& key) {
    ModelSpec spec;
    spec.key = spec.name = spec.load.model_path = key;
    return spec;
}

ModelSpec with_context(ModelSpec spec, std::int64_t num_ctx) {
    spec.load.options.num_ctx = num_ctx;
    spec.context_automatic = false;
    return spec;
}

ModelSpec sized(const std::string& key, std::int64_t file_size_bytes) {
    ModelSpec spec = model(key);
    spec.file_size_bytes = file_size_bytes;
    return spec;
}

// A scheduler in a world whose clock and memory the test sets; every event answers with its effects
// as text.
class World {
public:
    explicit World(SchedulerConfig config = {}) : scheduler(config, [this] { return memory; }) {}

    std::string request(RequestId id, const ModelSpec& spec,
                        std::optional<Duration> keep_alive = std::nullopt) {
        return say(scheduler.request(id, spec, keep_alive, now));
    }
    std::string request(RequestId id, const std::string& key,
                        std::optional<Duration> keep_alive = std::nullopt) {
        return request(id, model(key), keep_alive);
    }
    std::string cancel(RequestId id) { return say(scheduler.cancel(id, now)); }
    std::string release(RequestId id) { return say(scheduler.release(id, now)); }
    std::string loaded(RunnerId id, std::int64_t n_ctx = 4096, std::int64_t memory_bytes = 0) {
        wire::Loaded info;
        info.n_ctx = n_ctx;
        info.memory_bytes = memory_bytes;
        return say(scheduler.loaded(id, info, now));
    }
    std::string load_failed(RunnerId id, ErrorCode code = ErrorCode::corrupt) {
        return say(scheduler.load_failed(id, {code, "broken"}, now));
    }
    std::string exited(RunnerId id, ErrorCode code = ErrorCode::internal) {
        return say(scheduler.exited(id, {code, "crashed"}, now));
    }
    std::string unload(const std::string& key) { return say(scheduler.unload(key, now)); }
    std::string shutdown() { return say(scheduler.shutdown(now)); }
    std::string stop_all() { return say(scheduler.stop_all(now)); }
    std::string out_of_memory() { return say(scheduler.out_of_memory(now)); }
    std::string after(Duration duration) {
        now += duration;
        return say(scheduler.tick(now));
    }

    // A ready, idle runner; its id is the next one.
    void load(RequestId id, const std::string& key, RunnerId runner,
              std::optional<Duration> keep_alive = std::nullopt) {
        request(id, key, keep_alive);
        loaded(runner);
        release(id);
    }

    std::optional<RunnerStatus> status(const std::string& key) const {
        for (const RunnerStatus& runner : scheduler.runners(now))
            if (runner.spec->key == key) return runner;
        return std::nullopt;
    }

    Time now{1h};
    Memory memory;
    Scheduler scheduler;

private:
    static std::string say(const Effects& effects) {
        std::string all;
        for (const Effect& effect : effects) {
            if (!all.empty()) all += "; ";
            all += std::visit([](const auto& one) { return text(one); }, effect);
        }
        return all;
    }
};

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
    spec.n_ctx_train = 2048;
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

TEST(SchedulerKeepAlive, ExpiryIsEstimatedDuringTheFirstRequestAndStaleDuringLaterOnes) {
    World world;
    world.request(1, "a");
    world.loaded(1);
    EXPECT_EQ(world.status("a")->expires_at, world.now + 5min);
    world.release(1);
    const Time idle_until = world.now + 5min;
    world.after(1min);
    world.request(2, "a", 1h);
    EXPECT_EQ(world.status("a")->expires_at, idle_until);
    world.release(2);
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
    world.memory = {2 * kGiB, 2 * kGiB};
    ModelSpec spec = sized("a", kGiB);
    spec.kv_bytes_per_token = 32 << 10;  // 128 MiB for each sequence of 4096 tokens
    const Effects effects = world.scheduler.request(1, spec, std::nullopt, world.now);
    EXPECT_EQ(std::get<StartRunner>(effects.at(0)).load.n_parallel, 4);
}

TEST(SchedulerMemory, AFixedNumberOfSequencesIsNotReduced) {
    World world({.fixed_parallel = true});
    world.memory = {2 * kGiB, 2 * kGiB};
    ModelSpec spec = sized("a", kGiB);
    spec.kv_bytes_per_token = 32 << 10;
    EXPECT_EQ(world.request(1, spec),
              "fail 1: model requires more system memory (2.2 GiB) than is available (2.0 GiB)");
}

TEST(SchedulerMemory, UnknownMemoryAdmitsEverything) {
    World world;
    EXPECT_EQ(world.request(1, sized("a", 1000 * kGiB)), "start 1 a");
}

TEST(SchedulerMemory, AnAbsurdContextIsRefusedWithoutOverflow) {
    World world;
    world.memory = {8 * kGiB, 8 * kGiB};
    ModelSpec spec = with_context(sized("a", kGiB), std::int64_t{1} << 60);
    spec.kv_bytes_per_token = 1 << 20;
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
}  // namespace corral::sched
