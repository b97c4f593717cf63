// Texts to vectors, for both kinds of embedding models, compared with one text at a time.

#include <gtest/gtest.h>

#include <cmath>
#include <condition_variable>
#include <limits>
#include <map>

#include "base/guarded.h"
#include "engine/embedding_task.h"
#include "engine/embedding_text.h"
#include "engine/engine.h"
#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

using Row = std::vector<float>;

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
    return sum;
}

double cosine(std::span<const float> a, std::span<const float> b) {
    return dot(a, b) / std::sqrt(dot(a, a) * dot(b, b));
}

std::string text_of_words(int first, int n) {
    std::string text;
    for (int i = 0; i < n; ++i) {
        for (int rest = first + i * i; rest >= 0; rest = rest / 5 - 1) {
            text += "bdfgk"[rest % 5];
            text += "aeiou"[rest % 5];
        }
        text += ' ';
    }
    return text;
}

class EmbeddingTest : public testing::TestWithParam<std::string_view> {
protected:
    void start(std::int64_t n_ctx = 512, bool completion = false) {
        wire::Load request = tiny_.request(n_ctx);
        request.embedding = true;
        request.completion = completion;
        request.options.num_batch = n_ctx;
        auto loaded = Engine::load(request, [this](auto event) { take(std::move(event)); }, {});
        ASSERT_TRUE(loaded) << loaded.error().message;
        engine_ = std::move(*loaded);
    }

    std::uint64_t submit(wire::Embed request) {
        engine_->submit(++last_id_, std::move(request));
        return last_id_;
    }
    std::variant<wire::Embedded, wire::Failed> wait(std::uint64_t id) {
        auto held = outcomes_.lock();
        held.wait(changed_, [&] { return held->contains(id); });
        return held->at(id);
    }
    wire::Embedded embed(std::vector<std::string> texts) {
        auto outcome = wait(submit({.texts = std::move(texts)}));
        const auto* failed = std::get_if<wire::Failed>(&outcome);
        EXPECT_EQ(failed, nullptr) << failed->message;
        return failed == nullptr ? std::get<wire::Embedded>(outcome) : wire::Embedded{};
    }
    wire::Failed failure(wire::Embed request) {
        auto outcome = wait(submit(std::move(request)));
        const auto* failed = std::get_if<wire::Failed>(&outcome);
        EXPECT_NE(failed, nullptr);
        return failed == nullptr ? wire::Failed{} : *failed;
    }
    static Row row(const wire::Embedded& embedded, std::size_t index) {
        const auto begin =
            embedded.values.begin() + static_cast<std::ptrdiff_t>(index) * embedded.width;
        return {begin, begin + embedded.width};
    }

    TinyModel tiny_{GetParam()};
    Guarded<std::map<std::uint64_t, std::variant<wire::Embedded, wire::Failed>>> outcomes_;
    std::condition_variable changed_;
    std::unique_ptr<Engine>
        engine_;  // the last member: while it ends it still emits to those above

private:
    void take(wire::FromRunner event) {
        auto held = outcomes_.lock();
        if (auto* embedded = std::get_if<wire::Embedded>(&event.body))
            held->emplace(event.id, *embedded);
        if (auto* failed = std::get_if<wire::Failed>(&event.body)) held->emplace(event.id, *failed);
        changed_.notify_all();
    }
    std::uint64_t last_id_ = 0;
};

TEST_P(EmbeddingTest, ManyTextsGiveWhatEachGivesAlone) {
    start();
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) texts.push_back(text_of_words(i, 1 + i % 13));
    texts.push_back(text_of_words(3, 40));  // nearly a batch of its own
    texts.insert(texts.begin() + 20, texts.back());
    const wire::Embedded together = embed(texts);
    ASSERT_EQ(together.width, 64);
    ASSERT_EQ(together.values.size(), texts.size() * 64);
    std::int64_t n_tokens = 0;
    for (std::size_t i = 0; i < texts.size(); i += i < 25 ? 1 : 11) {
        const wire::Embedded alone = embed({texts[i]});
        n_tokens += alone.n_tokens;
        EXPECT_NEAR(dot(alone.values, alone.values), 1, 1e-5);
        EXPECT_GE(cosine(alone.values, row(together, i)), 0.9999) << texts[i];
    }
    EXPECT_GT(together.n_tokens, n_tokens);
    // Different texts have different vectors, so that order means something.
    EXPECT_LT(cosine(row(together, 0), row(together, 7)), 0.999);
}

TEST_P(EmbeddingTest, RequestsArePackedTogetherAndAnsweredEach) {
    start();
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 40; ++i) ids.push_back(submit({.texts = {text_of_words(i, 5), "x"}}));
    for (int i = 0; i < 40; i += 7) {
        const auto outcome = wait(ids[static_cast<std::size_t>(i)]);
        const auto alone = embed({text_of_words(i, 5)});
        EXPECT_GE(cosine(row(std::get<wire::Embedded>(outcome), 0), alone.values), 0.9999);
    }
    engine_->drain();
    EXPECT_EQ(outcomes_.lock()->size(), 40U + 6U);
}

TEST_P(EmbeddingTest, TextsMayComeAsTokens) {
    start();
    wire::Load request = tiny_.request();
    request.embedding = true;
    request.completion = false;
    const Result<Model> loaded = load_model(request, {});
    ASSERT_TRUE(loaded) << loaded.error().message;
    const Vocabulary& vocabulary = *loaded->vocabulary;
    const std::string text = text_of_words(5, 4);
    const Tokens tokens = vocabulary.tokenize(text);
    const wire::Embedded plain = embed({text});
    const auto both =
        wait(submit({.texts = {text}, .token_texts = {{tokens.begin(), tokens.end()}}}));
    const auto& embedded = std::get<wire::Embedded>(both);
    EXPECT_GE(cosine(row(embedded, 1), plain.values), 0.9999);
    EXPECT_EQ(embedded.n_tokens, 2 * plain.n_tokens);
    const auto cut =
        wait(submit({.token_texts = {{tokens.begin(), tokens.end()}}, .max_tokens = 5}));
    EXPECT_EQ(std::get<wire::Embedded>(cut).n_tokens, 5);
    EXPECT_EQ(failure({.token_texts = {{1 << 20}}}).message,
              "there are tokens this model does not have");
    EXPECT_EQ(failure({.token_texts = {{}}}).message, "Input content cannot be empty");
    EXPECT_EQ(
        failure(
            {.token_texts = {{tokens.begin(), tokens.end()}}, .max_tokens = 5, .truncate = false})
            .message,
        "the input length exceeds the context length");
}

TEST_P(EmbeddingTest, KeepsLeadingDimensions) {
    start();
    const std::string text = text_of_words(5, 4);
    const Row whole = embed({text}).values;
    for (const std::int64_t n : {1, 8, 63}) {
        auto outcome = wait(submit({.texts = {text}, .dimensions = n}));
        const auto& cut = std::get<wire::Embedded>(outcome);
        ASSERT_EQ(cut.width, n);
        EXPECT_NEAR(dot(cut.values, cut.values), 1, 1e-5);
        EXPECT_GE(cosine(cut.values, std::span(whole).first(static_cast<std::size_t>(n))), 0.99999);
    }
    for (const std::int64_t n : {-1, 0, 64, 1000}) {
        auto outcome = wait(submit({.texts = {text}, .dimensions = n}));
        EXPECT_EQ(std::get<wire::Embedded>(outcome).width, 64) << n;
    }
}

TEST_P(EmbeddingTest, CutsTextsToTheLimit) {
    start();
    const std::string text = "ba be bi bo bu da de di do du";
    auto cut = std::get<wire::Embedded>(wait(submit({.texts = {text}, .max_tokens = 6})));
    EXPECT_LE(cut.n_tokens, 6);
    EXPECT_GT(cut.n_dropped, 0);
    const auto whole = embed({text});
    EXPECT_EQ(whole.n_dropped, 0);
    EXPECT_LT(cosine(cut.values, whole.values), 0.9999);

    EXPECT_EQ(failure({.texts = {"a", text}, .max_tokens = 6, .truncate = false}).message,
              "the input length exceeds the context length");
    const auto nothing = failure({.texts = {text}, .max_tokens = 1});
    EXPECT_EQ(nothing.message, "input after truncation exceeds maximum context length");
    EXPECT_EQ(nothing.http_status, 400);
}

TEST_P(EmbeddingTest, CutsToTheBatchWhatTheModelRefuses) {
    start(32);
    const std::string text = text_of_words(1, 100);
    auto outcome = wait(submit({.texts = {text}, .batch_tokens = 32}));
    EXPECT_LE(std::get<wire::Embedded>(outcome).n_tokens, 32);
    EXPECT_EQ(failure({.texts = {text}, .max_tokens = 1 << 20, .batch_tokens = 1 << 20}).message,
              "input exceeds maximum context length and cannot be truncated further");
    EXPECT_EQ(failure({.texts = {text}, .truncate = false}).message,
              "the input length exceeds the context length");
}

TEST_P(EmbeddingTest, AnswersEveryRequestOnceWhenCancelled) {
    start();
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 20; ++i) {
        std::vector<std::string> texts(30, text_of_words(i, 9));
        ids.push_back(submit({.texts = std::move(texts)}));
        engine_->cancel(ids.back());
    }
    engine_->drain();
    for (const std::uint64_t id : ids) {
        auto outcome = wait(id);
        const auto* failed = std::get_if<wire::Failed>(&outcome);
        EXPECT_TRUE(failed == nullptr || failed->code == ErrorCode::cancelled);
    }
    EXPECT_EQ(embed({"still here"}).values.size(), 64U);
}

TEST_P(EmbeddingTest, GeneratesOnlyWhenAskedTo) {
    start();
    wire::Generate generate;
    generate.prompt = wire::TextPrompt{.context = {}, .text = "x", .images = {}};
    engine_->submit(1000, generate);
    EXPECT_EQ(std::get<wire::Failed>(wait(1000)).message, "the model cannot generate text");
}

INSTANTIATE_TEST_SUITE_P(Models, EmbeddingTest, testing::ValuesIn(tests::kTinyEmbeddingKinds),
                         [](const auto& kind) {
                             return kind.param == "bert" ? std::string("bert") : "qwen3";
                         });

// A model that does both does both at once.
TEST(EmbeddingAndGenerating, TakeTurns) {
    const TinyModel tiny("qwen3-embedding");
    wire::Load request = tiny.request(256);
    request.embedding = true;
    Guarded<int> n_answers{0};
    std::condition_variable changed;
    const auto sink = [&](const wire::FromRunner& event) {
        EXPECT_FALSE(std::holds_alternative<wire::Failed>(event.body));
        if (std::holds_alternative<wire::Delta>(event.body)) return;
        ++*n_answers.lock();
        changed.notify_all();
    };
    const auto engine = Engine::load(request, sink, {});
    ASSERT_TRUE(engine) << engine.error().message;
    wire::Generate generate;
    generate.prompt = wire::TextPrompt{.context = {}, .text = "hello", .images = {}};
    generate.sampling.num_predict = 40;
    for (std::uint64_t i = 0; i < 4; ++i) {
        (*engine)->submit(2 * i + 1, generate);
        (*engine)->submit(2 * i + 2, wire::Embed{.texts = std::vector<std::string>(50, "ba be")});
    }
    auto held = n_answers.lock();
    held.wait(changed, [&] { return *held == 8; });
}

TEST(EmbeddingOfAGenerationModel, IsRefused) {
    const TinyModel tiny("full");
    Guarded<std::optional<wire::Failed>> failed;
    std::condition_variable changed;
    const auto engine = Engine::load(tiny.request(),
                                     [&](const wire::FromRunner& event) {
                                         *failed.lock() = std::get<wire::Failed>(event.body);
                                         changed.notify_all();
                                     },
                                     {});
    ASSERT_TRUE(engine);
    (*engine)->submit(1, wire::Embed{.texts = {"x"}});
    auto held = failed.lock();
    held.wait(changed, [&] { return held->has_value(); });
    EXPECT_EQ((*held)->http_status, 501);
    EXPECT_EQ((*held)->message,
              "This server does not support embeddings. Start it with `--embeddings`");
}

TEST(TextLimit, LeavesRoomForWhatTheTextLacks) {  // native-api.md 8.7
    const EmbeddingFacts facts{.start_id = 101, .end_id = 102};
    EXPECT_EQ(text_limit(10, {5, 6}, facts), 8);
    EXPECT_EQ(text_limit(10, {101, 6}, facts), 9);
    EXPECT_EQ(text_limit(10, {101, 6, 102}, facts), 10);
    EXPECT_EQ(text_limit(10, {}, facts), 10);
    EmbeddingFacts bare = facts;
    bare.start_is_added = bare.end_is_added = false;
    EXPECT_EQ(text_limit(10, {5, 6}, bare), 10);
    EXPECT_EQ(text_limit(1, {5}, facts), -1);
}

TEST(Normalize, ScalesToLengthOne) {
    Row vector{3, 0, 4};
    ASSERT_TRUE(normalize(vector));
    EXPECT_EQ(vector, (Row{0.6F, 0, 0.8F}));
    Row zero{0, 0};
    ASSERT_TRUE(normalize(zero));
    EXPECT_EQ(zero, (Row{0, 0}));
}

TEST(EmbeddingTask, RefusesWhatIsNoNumber) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -INFINITY}) {
        EmbeddingTask task;
        task.texts.resize(1);
        task.dimensions = 2;
        task.values.resize(2);
        const auto put = task.put(0, Row{1, 2, bad});
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().message, "embedding contains NaN or Inf values");
        EXPECT_EQ(put.error().http_status, 400);
    }
}

}  // namespace
}  // namespace corral::engine
