#include "sched/pool.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "base/process.h"

namespace corral::sched {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr auto kPatience = 20s;  // only reached when something is broken

constexpr const char* kDied =
    "model runner has unexpectedly stopped, this may be due to resource limitations or an "
    "internal error, check ollama server logs for details";

ModelSpec model(const std::string& path) {
    ModelSpec spec;
    spec.key = spec.name = spec.load.model_path = path;
    return spec;
}

wire::Generate say(const std::string& text) {
    wire::Generate request;
    request.prompt = wire::TextPrompt{{}, text, {}};
    return request;
}

struct Answer {
    std::string text;
    int n_deltas = 0;
    std::optional<wire::Failed> failed;
};

asio::awaitable<Answer> read_all(EventStream& stream) {
    Answer answer;
    while (true) {
        Event event = co_await stream.next();
        if (const auto* delta = std::get_if<wire::Delta>(&event)) {
            answer.text += delta->content;
            ++answer.n_deltas;
            continue;
        }
        if (auto* failed = std::get_if<wire::Failed>(&event)) answer.failed = std::move(*failed);
        co_return answer;
    }
}

asio::awaitable<std::string> ask(Lease& lease, std::string text) {
    auto stream = lease.generate(say(text));
    Answer answer = co_await read_all(*stream);
    co_return answer.failed ? "failed: " + answer.failed->message : answer.text;
}

class PoolTest : public testing::Test {
protected:
    // Runs a coroutine to its end on the test's thread.
    void run(asio::awaitable<void> body) {
        bool done = false;
        asio::co_spawn(
            io,
            [](asio::awaitable<void> inner, bool& finished) -> asio::awaitable<void> {
                co_await std::move(inner);
                finished = true;
            }(std::move(body), done),
            [](const std::exception_ptr& error) {
                if (error) std::rethrow_exception(error);
            });
        run_until([&] { return done; });
    }

    template <class Condition>
    void run_until(Condition condition) {
        io.restart();
        while (!condition()) ASSERT_GT(io.run_one_for(kPatience), 0U) << "nothing happens";
    }

    asio::awaitable<Result<std::unique_ptr<Lease>>> acquire(
        const std::string& path, std::optional<Duration> keep_alive = std::nullopt,
        std::shared_ptr<CancelToken> cancel = nullptr) {
        return pool().acquire(model(path), keep_alive, std::move(cancel));
    }

    Pool& pool() {
        if (!pool_) pool_ = std::make_unique<Pool>(io, settings, program_path().string());
        return *pool_;
    }

    static bool no_child_left() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

    void TearDown() override {
        run(pool().shutdown(0));
        EXPECT_TRUE(no_child_left());
    }

    asio::io_context io;
    Settings settings;

private:
    std::unique_ptr<Pool> pool_;
};

TEST_F(PoolTest, StreamsAnAnswer) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        EXPECT_TRUE(lease);
        EXPECT_EQ((*lease)->info().n_ctx, 4096);
        EXPECT_EQ(co_await ask(**lease, "a b c"), "abc");
        EXPECT_EQ(co_await ask(**lease, "again"), "again");
    }());
}

TEST_F(PoolTest, RunsSeveralGenerationsOnOneRunner) {
    run([&]() -> asio::awaitable<void> {
        auto one = co_await acquire("m");
        auto two = co_await acquire("m");
        auto hanging = (*one)->generate(say("hang"));
        EXPECT_EQ(co_await ask(**two, "x"), "x");
        EXPECT_EQ(std::get<wire::Delta>(co_await hanging->next()).content, "first");
        EXPECT_EQ(pool().running().size(), 1U);
    }());
}

TEST_F(PoolTest, ShowsWhatIsRunning) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m", kForever);
        const auto running = pool().running();
        EXPECT_EQ(running.size(), 1U);
        EXPECT_EQ(running[0].key, "m");
        EXPECT_EQ(running[0].memory_bytes, 1000);
        EXPECT_EQ(running[0].context_length, 4096);
        EXPECT_EQ(running[0].expires_at, std::chrono::system_clock::time_point::max());
        EXPECT_FALSE(running[0].loading);
        EXPECT_EQ(::kill(static_cast<pid_t>(running[0].pid), 0), 0);
    }());
}

TEST_F(PoolTest, KeepAliveZeroEndsTheProcessAfterTheRequest) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m", 0s);
        EXPECT_EQ(co_await ask(**lease, "x"), "x");
    }());
    EXPECT_TRUE(pool().running().empty());
    run_until(no_child_left);
}

TEST_F(PoolTest, AnIdleRunnerExpires) {
    settings.keep_alive = 1ms;
    run([&]() -> asio::awaitable<void> { (void)co_await acquire("m"); }());
    run_until(no_child_left);
}

TEST_F(PoolTest, TheServersContextLengthIsTheDefault) {
    settings.context_length = 1234;
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        EXPECT_EQ((*lease)->info().n_ctx, 1234);
    }());
}

TEST_F(PoolTest, AFailedLoadIsReportedWithItsReason) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("broken");
        EXPECT_FALSE(lease);
        EXPECT_EQ(lease.error().message, "the file is broken");
        EXPECT_EQ(lease.error().code, ErrorCode::corrupt);
    }());
    run_until(no_child_left);
}

TEST_F(PoolTest, ACrashDuringTheLoadIsReportedWithItsLastWords) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("crashes");
        EXPECT_FALSE(lease);
        EXPECT_EQ(lease.error().message,
                  "model runner process has terminated: exit status 3: error: cannot go on");
        EXPECT_EQ(lease.error().http_status, 500);
    }());
}

TEST_F(PoolTest, ARunnerThatSpeaksNonsenseIsKilled) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("garbage");
        EXPECT_FALSE(lease);
        EXPECT_EQ(lease.error().message, "model runner process has terminated: signal SIGKILL");
    }());
}

TEST_F(PoolTest, AStalledLoadTimesOut) {
    settings.load_timeout = 20ms;
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("never");
        EXPECT_FALSE(lease);
        EXPECT_EQ(lease.error().message, "timed out waiting for the model runner to start");
    }());
    run_until(no_child_left);
}

TEST_F(PoolTest, AMissingProgramIsAnError) {
    Pool broken(io, settings, "/nonexistent/corral");
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await broken.acquire(model("m"), std::nullopt, nullptr);
        EXPECT_FALSE(lease);
        EXPECT_EQ(lease.error().message.find("error starting model runner: "), 0U);
    }());
}

TEST_F(PoolTest, ACrashInMidAnswerEndsTheStreamAndTheNextRequestWorks) {
    run([&]() -> asio::awaitable<void> {
        {
            auto lease = co_await acquire("m");
            auto stream = (*lease)->generate(say("die"));
            const Answer answer = co_await read_all(*stream);
            EXPECT_EQ(answer.text, "partial");
            EXPECT_EQ(answer.failed->message, std::string(kDied) + ": error: kaput");
            EXPECT_EQ(answer.failed->http_status, 500);
            EXPECT_TRUE(pool().running().empty());
            EXPECT_EQ(co_await ask(**lease, "x"),
                      std::string("failed: ") + kDied + ": error: kaput");
        }
        auto lease = co_await acquire("m");
        EXPECT_EQ(co_await ask(**lease, "alive"), "alive");
    }());
}

TEST_F(PoolTest, DestroyingAStreamCancelsItsGeneration) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        auto stream = (*lease)->generate(say("hang"));
        (void)co_await stream->next();
        stream.reset();
        EXPECT_EQ(co_await ask(**lease, "cancels?"), "1");
    }());
}

TEST_F(PoolTest, CancelWakesTheReader) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        auto stream = (*lease)->generate(say("hang"));
        (void)co_await stream->next();
        asio::post(io, [&] { stream->cancel(); });
        Event event = co_await stream->next();
        EXPECT_EQ(std::get<wire::Failed>(event).code, ErrorCode::cancelled);
        stream->cancel();
        stream.reset();
        EXPECT_EQ(co_await ask(**lease, "cancels?"), "1");
    }());
}

TEST_F(PoolTest, AFinishedStreamIsNotCancelled) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        EXPECT_EQ(co_await ask(**lease, "x"), "x");
        EXPECT_EQ(co_await ask(**lease, "cancels?"), "0");
    }());
}

TEST_F(PoolTest, ASlowReaderGetsJoinedText) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        std::string words;
        for (int i = 0; i < 1000; ++i) words += "w ";
        auto slow = (*lease)->generate(say(words));
        EXPECT_EQ(co_await ask(**lease, "other"), "other");
        const Answer answer = co_await read_all(*slow);
        EXPECT_EQ(answer.text, std::string(1000, 'w'));
        EXPECT_EQ(answer.n_deltas, 1);
    }());
}

TEST_F(PoolTest, AReaderThatIsFarTooSlowIsCutOff) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        auto slow = (*lease)->generate(say("flood"));
        EXPECT_EQ(co_await ask(**lease, "other"), "other");
        const Answer answer = co_await read_all(*slow);
        EXPECT_EQ(answer.text, "");
        EXPECT_EQ(answer.failed->code, ErrorCode::cancelled);
    }());
}

TEST_F(PoolTest, AWaitingRequestCanBeCancelled) {
    auto cancel = std::make_shared<CancelToken>();
    run([&]() -> asio::awaitable<void> {
        asio::post(io, [&] { cancel->request_stop(); });
        auto lease = co_await acquire("never", std::nullopt, cancel);
        EXPECT_FALSE(lease);
        EXPECT_EQ(lease.error().message, "request canceled");
        EXPECT_EQ(lease.error().http_status, 499);
    }());
    run_until(no_child_left);
}

TEST_F(PoolTest, AClientGoneBeforeItAsksStartsNothingLasting) {
    auto cancel = std::make_shared<CancelToken>();
    cancel->request_stop();
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("never", std::nullopt, cancel);
        EXPECT_EQ(lease.error().code, ErrorCode::cancelled);
    }());
    run_until(no_child_left);
}

TEST_F(PoolTest, UnloadEndsAnIdleRunner) {
    run([&]() -> asio::awaitable<void> { (void)co_await acquire("m", kForever); }());
    pool().unload("m");
    EXPECT_TRUE(pool().running().empty());
    run_until(no_child_left);
}

TEST_F(PoolTest, RunningOutOfMemoryUnloadsTheModelOnceIdle) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        EXPECT_EQ(co_await ask(**lease, "no memory"), "failed: failed to allocate");
    }());
    run_until(no_child_left);
}

TEST_F(PoolTest, ShutdownTellsRunningAnswersAfterTheGrace) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        auto stream = (*lease)->generate(say("hang"));
        (void)co_await stream->next();
        co_await pool().shutdown(1);
        EXPECT_TRUE(no_child_left());
        EXPECT_EQ(std::get<wire::Failed>(co_await stream->next()).message,
                  "the server is shutting down");
        auto refused = co_await acquire("m");
        EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    }());
}

TEST_F(PoolTest, ShutdownWaitsForAnAnswerThatEndsInTime) {
    run([&]() -> asio::awaitable<void> {
        auto lease = co_await acquire("m");
        auto stream = (*lease)->generate(say("last words"));
        Answer answer;
        asio::co_spawn(
            io,
            [](std::unique_ptr<Lease> held, EventStream& events,
               Answer& into) -> asio::awaitable<void> {
                into = co_await read_all(events);
                held.reset();
            }(std::move(*lease), *stream, answer),
            asio::detached);
        co_await pool().shutdown(std::chrono::milliseconds(kPatience).count());
        EXPECT_EQ(answer.text, "lastwords");
        EXPECT_FALSE(answer.failed);
    }());
}

TEST_F(PoolTest, DestructionLeavesNoProcess) {
    {
        Pool short_lived(io, settings, program_path().string());
        run([&]() -> asio::awaitable<void> {
            auto lease = co_await short_lived.acquire(model("stubborn"), std::nullopt, nullptr);
            EXPECT_TRUE(lease);
        }());
    }
    EXPECT_TRUE(no_child_left());
}

}  // namespace
}  // namespace corral::sched
