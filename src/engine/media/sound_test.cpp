// Greedy tokens about sounds equal those of llama.cpp reading the same prompt by itself with mtmd's
// own helper, with a Whisper encoder as Ultravox has it.

#include <gtest/gtest.h>

#include <map>

#include "engine/loop_subject.h"
#include "engine/media/files.h"
#include "engine/media/helper_reference.h"
#include "engine/tiny_image.h"
#include "engine/tiny_sound.h"

namespace corral::engine {
namespace {

constexpr std::size_t kAnswerTokens = 24;
constexpr std::uint32_t kSecond = 16000;

class SoundTest : public testing::Test {
protected:
    wire::Load load() const {
        wire::Load load = model_.request(512);
        load.projector_paths = {projector_.path()};
        return load;
    }

    void check(LoopSubject& subject, std::uint64_t id, const Question& question) {
        const LoopSubject::Outcome outcome = subject.wait(id);
        ASSERT_TRUE(outcome.done) << outcome.failed->message;
        HelperReference reference(subject.model.weights.get(), projector_.path(), -1);
        const HelperReference::Answer expected = reference.answer(question, kAnswerTokens);
        EXPECT_EQ(outcome.done->timings.n_prompt, static_cast<std::int64_t>(expected.n_prompt));
        const Tokens& context = outcome.done->context;
        const Tokens answer(context.begin() + static_cast<std::ptrdiff_t>(expected.n_text_prompt),
                            context.end());
        EXPECT_EQ(answer, expected.tokens) << "request " << id << ": " << question.text;
    }

    TinyModel model_{"full"};
    TinyModel projector_{"projector-sound"};
};

TEST_F(SoundTest, AnswersAsTheHelperReads) {
    LoopSubject subject(load(), 4);
    const std::string a = tiny_sound(kSecond, 1);
    const std::string b = tiny_sound(kSecond / 3, 2);
    const std::string across = tiny_sound(31 * kSecond, 3);  // two windows of the encoder
    const std::vector<Question> questions = {
        {"Write down [img-0] what you hear.", {a}},
        {"First [img-0] then [img-1] differ.", {a, b}},
        {"[img-0] is long.", {across}},
    };
    for (std::size_t i = 0; i < questions.size(); ++i)
        subject.start(i, questions[i].prompt(), kAnswerTokens);
    for (std::size_t i = 0; i < questions.size(); ++i) check(subject, i, questions[i]);
}

TEST_F(SoundTest, HearsWhatIsInASound) {
    LoopSubject subject(load(), 4);
    std::map<Tokens, int> answers;
    for (std::uint32_t i = 0; i < 4; ++i) {
        const Question question{"Hear [img-0] and say.", {tiny_sound(kSecond, i)}};
        subject.start(i, question.prompt(), kAnswerTokens);
    }
    for (std::uint32_t i = 0; i < 4; ++i) ++answers[subject.wait(i).done->context];
    EXPECT_GT(answers.size(), 1U);
}

TEST(CheckSounds, ByBytesAndSecondsBeforeDecoding) {
    const auto reason = [](const std::string& file, Senses senses = {true, true}) {
        const auto checked = check_media({file}, senses);
        return checked ? "fine" : checked.error().message;
    };
    EXPECT_EQ(reason(tiny_sound(kSecond, 1)), "fine");
    EXPECT_TRUE(reason(tiny_sound(kSecond, 1), {true, false}).contains("does not take"));
    EXPECT_TRUE(reason(tiny_image(8, 8, 1), {false, true}).contains("does not take"));
    EXPECT_TRUE(reason(tiny_sound(17 << 20, 1)).contains("has more than 32 MiB"));
    EXPECT_TRUE(reason("ID3 sound").contains("does not say how long it is"));
    std::string claims = "fLaC";  // a billion samples, in 42 bytes
    claims.append("\0\0\0\x22", 4).append(10, '\0').append("\x03\xe8\0\xf0\x3b\x9a\xca\0", 8);
    EXPECT_TRUE(reason(claims.append(16, '\0')).contains("is longer than 60 minutes"));
}

}  // namespace
}  // namespace corral::engine
