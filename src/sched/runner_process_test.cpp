#include "sched/runner_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "base/process.h"

namespace corral::sched {
namespace {

using namespace std::chrono_literals;

struct Watched {
    explicit Watched(const std::string& model_path, StopLimits limits = {}) {
        RunnerProcess::Callbacks callbacks;
        callbacks.on_message = [this](const wire::FromRunner& message) {
            if (std::holds_alternative<wire::Loaded>(message.body)) loaded = true;
        };
        callbacks.on_exit = [this](RunnerExit end) { exit = std::move(end); };
        process =
            RunnerProcess::start(io, program_path().string(), limits, std::move(callbacks)).value();
        wire::Load load;
        load.model_path = model_path;
        EXPECT_TRUE(process->send({0, load}));
    }

    void run_until_loaded() {
        while (!loaded) ASSERT_GT(io.run_one_for(20s), 0U);
    }
    RunnerExit run_until_exit() {
        while (!exit && io.run_one_for(20s) > 0) {
        }
        EXPECT_TRUE(exit);
        return exit.value_or(RunnerExit{});
    }

    boost::asio::io_context io;
    std::shared_ptr<RunnerProcess> process;
    bool loaded = false;
    std::optional<RunnerExit> exit;
};

TEST(RunnerProcess, DrainsAndExits) {
    Watched runner("m");
    runner.run_until_loaded();
    runner.process->stop(StopMode::drain);
    const RunnerExit exit = runner.run_until_exit();
    EXPECT_EQ(exit.cause, "exit status 0");
    EXPECT_TRUE(exit.asked_for);
}

TEST(RunnerProcess, OneThatDoesNotDrainIsTerminated) {
    Watched runner("deaf", {.drain = 1ms, .terminate = 20s});
    runner.run_until_loaded();
    runner.process->stop(StopMode::drain);
    EXPECT_EQ(runner.run_until_exit().cause, "signal SIGTERM");
}

TEST(RunnerProcess, OneThatIgnoresTerminationIsKilled) {
    Watched runner("stubborn", {.drain = 1ms, .terminate = 1ms});
    runner.run_until_loaded();
    runner.process->stop(StopMode::drain);
    EXPECT_EQ(runner.run_until_exit().cause, "signal SIGKILL");
}

TEST(RunnerProcess, KillingSkipsTheDrain) {
    Watched runner("stubborn");
    runner.run_until_loaded();
    runner.process->stop(StopMode::drain);
    runner.process->stop(StopMode::kill);
    EXPECT_EQ(runner.run_until_exit().cause, "signal SIGKILL");
}

TEST(RunnerProcess, AnUnexpectedEndIsToldApart) {
    Watched runner("crashes");
    const RunnerExit exit = runner.run_until_exit();
    EXPECT_EQ(exit.cause, "exit status 3");
    EXPECT_EQ(exit.last_error, "error: cannot go on");
    EXPECT_FALSE(exit.asked_for);
}

TEST(RunnerProcess, KillNowReapsWithoutTheLoop) {
    Watched runner("m");
    const pid_t pid = runner.process->pid();
    runner.process->kill_now();
    EXPECT_EQ(::kill(pid, 0), -1);
    EXPECT_FALSE(runner.exit);
}

}  // namespace
}  // namespace corral::sched
