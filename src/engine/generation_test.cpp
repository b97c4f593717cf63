// Greedy tokens of the batching loop, whatever company, cache, cancellation or shortage of memory
// does to a request, equal those of a plain loop that decodes one sequence by itself. For every
// kind of memory llama.cpp has.

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "engine/loop_subject.h"

namespace corral::engine {
namespace {

// Different every time `seed` is, the same every time it is not.
Tokens random_tokens(std::size_t n, std::uint32_t seed) {
    Tokens tokens;
    for (std::uint32_t state = seed * 2654435761U + 1; tokens.size() < n;) {
        state = state * 1664525U + 1013904223U;
        tokens.push_back(static_cast<llama_token>(10 + (state >> 8) % 490));
    }
    return tokens;
}

Tokens joined(Tokens first, const Tokens& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// One sequence, decoded by itself.
class Reference {
public:
    explicit Reference(const Model& model) : model_(model) {}

    // What follows `tokens`, as many as `n`, or fewer when the model ends the text. `n_ctx` as in
    // the loop.
    Tokens generate(Tokens tokens, std::size_t n) const {
        tokens.insert(tokens.begin(), model_.vocabulary->start_token());
        const std::size_t n_keep = 4 + 1;
        llama_context_ptr context = fresh_context();
        llama_memory_t memory = llama_get_memory(context.get());
        const bool shifts = llama_memory_can_shift(memory) &&
                            llama_model_n_swa(model_.weights.get()) == 0 &&
                            !llama_model_is_recurrent(model_.weights.get()) &&
                            !llama_model_is_hybrid(model_.weights.get());
        Tokens answer;
        std::size_t n_done = 0;
        while (true) {
            decode(context.get(), std::span(tokens).subspan(n_done), n_done);
            n_done = tokens.size();
            const llama_token token = best(context.get());
            if (model_.vocabulary->ends_generation(token)) return answer;
            answer.push_back(token);
            tokens.push_back(token);
            if (answer.size() == n) return answer;
            if (std::ssize(tokens) < model_.info.n_ctx) continue;
            const std::size_t n_discard = (tokens.size() - 1 - n_keep) / 2;
            const auto first = tokens.begin() + n_keep;
            tokens.erase(first, first + static_cast<std::ptrdiff_t>(n_discard));
            if (shifts) {
                const auto keep = static_cast<llama_pos>(n_keep);
                const auto discard = static_cast<llama_pos>(n_discard);
                llama_memory_seq_rm(memory, 0, keep, keep + discard);
                llama_memory_seq_add(memory, 0, keep + discard, -1, -discard);
                n_done -= n_discard;
            } else {
                llama_memory_clear(memory, true);
                n_done = 0;
            }
        }
    }

private:
    llama_context_ptr fresh_context() const {
        llama_context_params params = llama_context_default_params();
        params.n_ctx = 1024;
        params.n_batch = 1024;
        params.n_threads = 1;
        params.n_threads_batch = 1;
        params.swa_full = true;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        params.type_k = GGML_TYPE_F32;
        params.type_v = GGML_TYPE_F32;
        return llama_context_ptr(llama_init_from_model(model_.weights.get(), params));
    }

    static void decode(llama_context* context, std::span<const llama_token> tokens,
                       std::size_t position) {
        Batch batch(static_cast<std::int32_t>(tokens.size()));
        batch.add(0, position, tokens, true);
        ASSERT_EQ(llama_decode(context, batch.get()), 0);
    }

    llama_token best(llama_context* context) const {
        const float* logits = llama_get_logits_ith(context, -1);
        return static_cast<llama_token>(
            std::max_element(logits, logits + model_.vocabulary->size()) - logits);
    }

    const Model& model_;
};

class GenerationTest : public testing::TestWithParam<std::string_view> {
protected:
    // Written once for each kind.
    static const TinyModel& model() {
        std::unique_ptr<TinyModel>& tiny = models()[GetParam()];
        if (tiny == nullptr) tiny = std::make_unique<TinyModel>(GetParam());
        return *tiny;
    }
    static void TearDownTestSuite() { models().clear(); }

    bool cuts_anywhere() const { return GetParam() == "full"; }

    // Checks that the answer is the reference's, up to where it ended, and that it ended no earlier
    // than it should.
    static void check(LoopSubject& subject, std::uint64_t id, const Tokens& prompt,
                      std::size_t n_predict) {
        const LoopSubject::Outcome outcome = subject.wait(id);
        ASSERT_TRUE(outcome.done) << outcome.failed->message;
        const Tokens& context = outcome.done->context;
        const Tokens answer(context.begin() + static_cast<std::ptrdiff_t>(prompt.size()),
                            context.end());
        Tokens expected = Reference(subject.model).generate(prompt, n_predict);
        if (outcome.done->reason == wire::DoneReason::stop) {
            // The guard against repetition may end an answer early.
            if (answer.size() < expected.size()) {
                EXPECT_GT(answer.size(), 30U);
            }
            expected.resize(std::min(expected.size(), answer.size()));
        }
        EXPECT_EQ(answer, expected) << "request " << id << ", prompt of " << prompt.size();
    }

private:
    static std::map<std::string_view, std::unique_ptr<TinyModel>>& models() {
        static std::map<std::string_view, std::unique_ptr<TinyModel>> all;
        return all;
    }
};

TEST_P(GenerationTest, ManyAtOnceAnswerAsOneByOne) {
    LoopSubject subject(model().request(512), 8);
    std::vector<Tokens> prompts;
    for (std::uint32_t i = 0; i < 12; ++i) {
        prompts.push_back(random_tokens(3 + i * i * 2, i));
        subject.start(i, prompts[i], 48);
        if (i == 5) subject.wait(0);  // the rest joins running ones
    }
    for (std::uint32_t i = 0; i < 12; ++i) check(subject, i, prompts[i], 48);
}

TEST_P(GenerationTest, AnswersAlikeFromReusedPrefixes) {
    LoopSubject subject(model().request(512), 4);
    const Tokens base = random_tokens(120, 1);
    const Tokens cut(base.begin(), base.begin() + 70);
    const std::vector<Tokens> prompts = {
        base,
        base,                                // all of it again
        joined(base, random_tokens(30, 2)),  // more behind it
        joined(cut, random_tokens(40, 3)),   // another way from the middle
        joined(cut, random_tokens(60, 4)),   // and again
        cut,
        random_tokens(100, 5),  // nothing in common
    };
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        subject.start(i, prompts[i], 24);
        check(subject, i, prompts[i], 24);
    }
    const auto cached = [&](std::uint64_t id) {
        return subject.wait(id).done->timings.n_prompt_cached;
    };
    EXPECT_EQ(cached(0), 0);
    EXPECT_EQ(cached(1), 120);  // with the start token, all but the last
    EXPECT_GE(cached(2), 120);
    EXPECT_EQ(cached(4), 71);  // a copy was kept where the ways parted
    EXPECT_EQ(cached(6), 0);
}

TEST_P(GenerationTest, GoesOnFromItsOwnAnswer) {
    LoopSubject subject(model().request(512), 4);
    Tokens conversation = random_tokens(80, 9);
    for (std::uint64_t turn = 0; turn < 3; ++turn) {
        subject.start(turn, conversation, 16);
        check(subject, turn, conversation, 16);
        if (turn > 0) {
            EXPECT_GE(subject.wait(turn).done->timings.n_prompt_cached, 80);
        }
        conversation = joined(subject.wait(turn).done->context, random_tokens(10, 100 + turn));
    }
}

TEST_P(GenerationTest, SharesAPrefixWithOneThatStillRuns) {
    LoopSubject subject(model().request(512), 4);
    const Tokens base = random_tokens(100, 20);
    subject.start(0, joined(base, random_tokens(5, 21)), 100);
    subject.start(1, random_tokens(4, 22), 2);
    subject.wait(1);  // by then the first is under way
    for (std::uint32_t i = 2; i < 5; ++i)
        subject.start(i, joined(base, random_tokens(8, 20 + i)), 40);
    check(subject, 0, joined(base, random_tokens(5, 21)), 100);
    for (std::uint32_t i = 2; i < 5; ++i)
        check(subject, i, joined(base, random_tokens(8, 20 + i)), 40);
}

TEST_P(GenerationTest, ReadsACommonBeginningOnce) {
    LoopSubject subject(model().request(512), 8);
    const Tokens base = random_tokens(200, 30);
    for (std::uint32_t i = 0; i < 6; ++i) {
        subject.start(i, joined(base, random_tokens(3 + i, 31 + i)), 20);
    }
    for (std::uint32_t i = 0; i < 6; ++i) {
        check(subject, i, joined(base, random_tokens(3 + i, 31 + i)), 20);
        if (i > 0 && cuts_anywhere()) {
            EXPECT_GE(subject.wait(i).done->timings.n_prompt_cached, 200);
        }
    }
}

TEST_P(GenerationTest, CancellingSomeDoesNotTouchOthers) {
    LoopSubject subject(model().request(512), 8);
    std::vector<Tokens> prompts;
    for (std::uint32_t i = 0; i < 8; ++i) {
        prompts.push_back(random_tokens(40 + 10 * i, 40 + i / 2));
        if (i % 2 == 1) subject.cancel_when_heard(i);
        subject.start(i, prompts[i], i % 2 == 1 ? 400 : 40);
    }
    for (std::uint32_t i = 0; i < 8; i += 2) check(subject, i, prompts[i], 40);
    for (std::uint32_t i = 1; i < 8; i += 2) {
        const LoopSubject::Outcome outcome = subject.wait(i);
        if (outcome.failed) {
            EXPECT_EQ(outcome.failed->code, ErrorCode::cancelled);
        }
    }
    subject.start(100, prompts[1], 30);  // what the cancelled one left behind is sound
    check(subject, 100, prompts[1], 30);
}

TEST_P(GenerationTest, GoesOnPastTheEndOfTheContext) {
    LoopSubject subject(model().request(64), 4);
    for (std::uint32_t i = 0; i < 4; ++i) subject.start(i, random_tokens(20 + i, 60 + i), 200);
    for (std::uint32_t i = 0; i < 4; ++i) check(subject, i, random_tokens(20 + i, 60 + i), 200);
}

TEST_P(GenerationTest, ContextShiftLeavesSharersAlone) {
    LoopSubject subject(model().request(64), 4);
    const Tokens base = random_tokens(30, 70);
    subject.start(0, base, 10);
    check(subject, 0, base, 10);
    for (std::uint32_t i = 1; i < 4; ++i)
        subject.start(i, joined(base, random_tokens(i, 70 + i)), 120);
    for (std::uint32_t i = 1; i < 4; ++i)
        check(subject, i, joined(base, random_tokens(i, 70 + i)), 120);
    subject.start(9, base, 20);
    check(subject, 9, base, 20);
}

TEST_P(GenerationTest, ShortageOfMemoryChangesNothing) {
    LoopSubject subject(model().request(256), 1);
    subject.overcommit(4);
    for (std::uint32_t i = 0; i < 10; ++i) subject.start(i, random_tokens(60 + 5 * i, 80 + i), 60);
    for (std::uint32_t i = 0; i < 10; ++i) check(subject, i, random_tokens(60 + 5 * i, 80 + i), 60);
}

TEST_P(GenerationTest, WaitsForRoomWhenMemoryIsShort) {
    LoopSubject subject(model().request(256), 1);
    subject.model.info.n_parallel = 4;
    for (std::uint32_t i = 0; i < 6; ++i) subject.start(i, random_tokens(100, 90 + i), 60);
    for (std::uint32_t i = 0; i < 6; ++i) check(subject, i, random_tokens(100, 90 + i), 60);
}

INSTANTIATE_TEST_SUITE_P(Memories, GenerationTest, testing::ValuesIn(tests::kTinyKinds),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace corral::engine
