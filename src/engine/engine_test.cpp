#include "engine/engine.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <map>

#include "base/guarded.h"
#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

struct Outcome {
    std::string content;
    std::vector<wire::Logprob> logprobs;
    std::optional<wire::Done> done;
    std::optional<wire::Failed> failed;
};

class EngineTest : public testing::Test {
protected:
    static void SetUpTestSuite() { tiny = std::make_unique<TinyModel>("full"); }
    static void TearDownTestSuite() { tiny.reset(); }

    void start(std::int64_t n_ctx = 256, std::int64_t n_parallel = 8) {
        wire::Load request = tiny->request(n_ctx);
        request.n_parallel = n_parallel;
        auto loaded = Engine::load(request, [this](auto event) { take(std::move(event)); }, {});
        ASSERT_TRUE(loaded) << loaded.error().message;
        engine = std::move(*loaded);
    }

    Outcome wait(std::uint64_t id) {
        auto held = outcomes.lock();
        held.wait(changed, [&] { return (*held)[id].done || (*held)[id].failed; });
        return (*held)[id];
    }
    std::uint64_t submit(wire::Generate request) {
        engine->submit(++last_id, std::move(request));
        return last_id;
    }
    bool is_done(std::uint64_t id) { return (*outcomes.lock())[id].done.has_value(); }
    Outcome run(wire::Generate request) { return wait(submit(std::move(request))); }

    static wire::Generate text(std::string prompt, std::int64_t n_predict = 12) {
        wire::Generate request;
        request.prompt = wire::TextPrompt{.context = {}, .text = std::move(prompt), .images = {}};
        request.sampling.temperature = 0;
        request.sampling.num_predict = n_predict;
        return request;
    }
    static wire::Generate chat(int n_messages) {
        wire::ChatPrompt prompt;
        prompt.template_override =
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}";
        for (int i = 0; i < n_messages; ++i) {
            wire::Message message;
            message.role = i == 0 ? "system" : i % 2 == 1 ? "user" : "assistant";
            message.content = fmt::format("message {} of many", i);
            prompt.messages.push_back(message);
        }
        wire::Generate request = text("");
        request.prompt = prompt;
        return request;
    }

    static inline std::unique_ptr<TinyModel> tiny;

private:
    void take(wire::FromRunner event) {
        auto held = outcomes.lock();
        Outcome& outcome = (*held)[event.id];
        if (auto* delta = std::get_if<wire::Delta>(&event.body)) {
            outcome.content += delta->content;
            outcome.logprobs.insert(outcome.logprobs.end(), delta->logprobs.begin(),
                                    delta->logprobs.end());
        }
        if (auto* done = std::get_if<wire::Done>(&event.body)) outcome.done = *done;
        if (auto* failed = std::get_if<wire::Failed>(&event.body)) outcome.failed = *failed;
        changed.notify_all();
    }

    Guarded<std::map<std::uint64_t, Outcome>> outcomes;
    std::condition_variable changed;
    std::uint64_t last_id = 0;

protected:
    std::unique_ptr<Engine> engine;  // the last member: while it ends it still emits to those above
};

TEST_F(EngineTest, TellsWhatItLoaded) {
    start(1 << 20);
    EXPECT_EQ(engine->info().n_ctx, 512);
    EXPECT_EQ(engine->info().n_ctx_train, 512);
    EXPECT_EQ(engine->info().n_parallel, 8);
    EXPECT_GT(engine->info().memory_bytes, 400000);
    EXPECT_EQ(engine->info().gpu_memory_bytes, 0);
}

// Fairness.

TEST_F(EngineTest, AFloodOfShortRequestsDoesNotStarveALongOne) {
    start(512, 2);
    const std::uint64_t longest = submit(text(std::string(300, 'x'), 200));
    int n_short = 0;
    while (!is_done(longest) && n_short < 2000) {
        submit(text("a", 1));
        submit(text("b", 1));
        n_short += 2;
        wait(submit(text("c", 1)));
    }
    EXPECT_TRUE(is_done(longest)) << n_short << " requests that came later have ended before it";
}

TEST_F(EngineTest, LongRequestsDoNotStarveAShortOne) {
    start(512, 4);
    std::vector<std::uint64_t> longs;
    for (char letter : {'a', 'b', 'c'})
        longs.push_back(submit(text(std::string(300, letter), 2000)));
    EXPECT_TRUE(run(text("short", 2)).done);
    for (std::uint64_t id : longs) EXPECT_FALSE(is_done(id));
    for (std::uint64_t id : longs) engine->cancel(id);
}

TEST_F(EngineTest, WhoWaitsForAPlaceIsServedInOrderOfArrival) {
    start(512, 1);
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(submit(text(fmt::format("prompt {}", i), 20)));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        wait(ids[i]);
        for (std::size_t later = i + 2; later < ids.size(); ++later)
            EXPECT_FALSE(is_done(ids[later])) << i << " " << later;
    }
}

TEST_F(EngineTest, RefusesFilesThatAreNoModels) {
    const auto load = [](const std::string& path) {
        wire::Load request;
        request.model_path = path;
        const auto loaded = Engine::load(request, [](auto) {}, {});
        return loaded ? ErrorCode::cancelled : loaded.error().code;
    };
    EXPECT_EQ(load("/no/such/model.gguf"), ErrorCode::not_found);
    std::ifstream whole(tiny->path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(whole)), {});
    const std::string path = tiny->path() + ".bad";
    for (std::size_t n :
         {std::size_t{0}, std::size_t{3}, std::size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
        std::ofstream(path, std::ios::binary) << bytes.substr(0, n);
        EXPECT_EQ(load(path), ErrorCode::corrupt) << n << " bytes";
    }
    std::filesystem::remove(path);
}

TEST_F(EngineTest, RefusesLoadsItCannotServe) {
    wire::Load request = tiny->request();
    request.kv_cache_type = "q9_9";
    const auto loaded = Engine::load(request, [](auto) {}, {});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::invalid);
    const auto aborted = Engine::load(
        tiny->request(), [](auto) {}, [](float) { return false; });
    ASSERT_FALSE(aborted);
    EXPECT_EQ(aborted.error().code, ErrorCode::cancelled);
}

TEST_F(EngineTest, CountsWhatItDoes) {
    start();
    const Outcome outcome = run(text("hello there"));
    ASSERT_TRUE(outcome.done);
    EXPECT_EQ(outcome.done->reason, wire::DoneReason::length);
    EXPECT_EQ(outcome.done->timings.n_generated, 12);
    EXPECT_GT(outcome.done->timings.n_prompt, 3);
    EXPECT_GT(outcome.done->timings.prompt_ns, 0);
    EXPECT_GT(outcome.done->timings.generate_ns, 0);
}

TEST_F(EngineTest, SameSeedSameTextInAnyCompany) {
    start();
    wire::Generate request = text("a seed", 30);
    request.sampling.temperature = 1;
    request.sampling.seed = 7;
    const std::string alone = run(request).content;
    for (std::uint64_t id = 100; id < 105; ++id) engine->submit(id, text("company", 60));
    EXPECT_EQ(run(request).content, alone);
    request.sampling.seed = 8;
    EXPECT_NE(run(request).content, alone);
}

TEST_F(EngineTest, EndsAtAStopString) {
    start();
    wire::Generate request = text("stop", 30);
    const std::string whole = run(request).content;
    const std::string stop = whole.substr(whole.size() / 2, 4);
    request.sampling.stop = {stop};
    const Outcome outcome = run(request);
    EXPECT_EQ(outcome.content, whole.substr(0, whole.find(stop)));
    EXPECT_EQ(outcome.done->reason, wire::DoneReason::stop);
}

TEST_F(EngineTest, GivesLogprobsOfEveryToken) {
    start();
    wire::Generate request = text("numbers", 10);
    request.logprobs = true;
    request.top_logprobs = 3;
    const Outcome outcome = run(request);
    ASSERT_EQ(outcome.logprobs.size(), 10U);
    for (const wire::Logprob& logprob : outcome.logprobs) {
        ASSERT_EQ(logprob.top.size(), 3U);
        EXPECT_LE(logprob.chosen.logprob, 0);
        EXPECT_GE(logprob.top[0].logprob, logprob.top[1].logprob);
        EXPECT_EQ(logprob.top[0].logprob, logprob.chosen.logprob) << "greedy takes the best";
    }
}

TEST_F(EngineTest, KeepsToAFormat) {
    start();
    wire::Generate request = text("json", 24);
    request.format.kind = wire::Format::Kind::json;
    EXPECT_TRUE(run(request).content.starts_with("{"));
    request.format = {wire::Format::Kind::schema, R"({"enum":["yes","no"]})"};
    const std::string word = run(request).content;
    EXPECT_TRUE(word == "\"yes\"" || word == "\"no\"") << word;
    request.format.schema_json = R"({"$ref":"#/nowhere"})";
    const Outcome refused = run(request);
    ASSERT_TRUE(refused.failed);
    EXPECT_EQ(refused.failed->http_status, 400);
}

TEST_F(EngineTest, CutsTheMiddleOfALongText) {
    start(64);
    std::string longer;
    for (int i = 0; i < 200; ++i) longer += fmt::format("word{} ", i);
    wire::Generate request = text(longer);
    const Outcome cut = run(request);
    ASSERT_TRUE(cut.done) << cut.failed->message;
    EXPECT_GT(cut.done->timings.n_prompt_dropped, 100);
    EXPECT_LT(cut.done->timings.n_prompt, 64);
    request.shift = false;
    EXPECT_TRUE(run(request).failed->message.starts_with("the prompt is longer than"));
    request.truncate = false;
    const Outcome refused = run(request);
    EXPECT_NE(refused.failed->message.find("exceed_context_size_error"), std::string::npos);
    EXPECT_EQ(refused.failed->http_status, 400);
}

TEST_F(EngineTest, DropsTheOldestMessagesButNotTheSystem) {
    start(128);
    wire::Generate request = chat(40);
    request.render_only = true;
    const Outcome outcome = run(request);
    ASSERT_TRUE(outcome.done) << outcome.failed->message;
    const std::string& prompt = outcome.done->rendered_prompt;
    EXPECT_TRUE(prompt.starts_with("<system>message 0 of many")) << prompt;
    EXPECT_EQ(prompt.find("message 1 of"), std::string::npos);
    EXPECT_NE(prompt.find("message 39 of many"), std::string::npos);
    request.render_only = false;
    EXPECT_GT(run(request).done->timings.n_prompt_dropped, 100);
    request.truncate = false;
    EXPECT_EQ(run(request).failed->http_status, 400);
}

TEST_F(EngineTest, WithoutShiftEndsWhenTheContextIsFull) {
    start(64);
    wire::Generate request = text("on and on", 300);
    request.shift = false;
    const Outcome outcome = run(request);
    EXPECT_EQ(outcome.done->reason, wire::DoneReason::context_full);
    EXPECT_EQ(outcome.done->timings.n_prompt + outcome.done->timings.n_generated, 64);
}

TEST_F(EngineTest, AnswersBadRequests) {
    start();
    wire::Generate request = text("x");
    std::get<wire::TextPrompt>(request.prompt).context = {5, 100000};
    EXPECT_EQ(run(request).failed->http_status, 500);
    request = chat(2);
    std::get<wire::ChatPrompt>(request.prompt).template_override = "{{ raise_exception('no') }}";
    EXPECT_EQ(run(request).failed->http_status, 400);
    request = text("x");
    std::get<wire::TextPrompt>(request.prompt).images = {"png"};
    EXPECT_EQ(run(request).failed->http_status, 400);
    EXPECT_TRUE(run(text("still here")).done);
}

TEST_F(EngineTest, DrainsAndCancels) {
    start();
    for (std::uint64_t id = 1; id <= 12; ++id) {
        engine->submit(id, text("work", id % 2 == 0 ? 2000 : 5));
    }
    for (std::uint64_t id = 2; id <= 12; id += 2) engine->cancel(id);
    engine->cancel(99);
    engine->drain();
    for (std::uint64_t id = 1; id <= 12; ++id) {
        const Outcome outcome = wait(id);
        if (id % 2 == 1) {
            EXPECT_TRUE(outcome.done);
        } else if (outcome.failed) {
            EXPECT_EQ(outcome.failed->code, ErrorCode::cancelled);
        }
    }
}

TEST_F(EngineTest, EndsInTheMiddleOfWork) {
    start();
    for (std::uint64_t id = 1; id <= 20; ++id) engine->submit(id, text("work", 2000));
    engine.reset();
}

}  // namespace
}  // namespace corral::engine
