// Greedy tokens about images, in whatever company and from whatever cache, equal those of llama.cpp
// reading the same prompt by itself with mtmd's own helper. For the three ways in which models read
// images: like text, with all of an image seeing itself, and laid out in two dimensions.

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "engine/loop_subject.h"
#include "engine/media/helper_reference.h"
#include "engine/tiny_image.h"

namespace corral::engine {
namespace {

constexpr std::int64_t kContext = 512;
constexpr std::size_t kAnswer = 24;

class VisionTest : public testing::TestWithParam<std::string_view> {
protected:
    wire::Load load() const {
        wire::Load load = model_.request(kContext);
        load.projector_paths = {projector_.path()};
        return load;
    }

    // Checks the answer, and gives the number of prompt tokens that were not computed.
    std::int64_t check(LoopSubject& subject, std::uint64_t id, const Question& question) {
        const LoopSubject::Outcome outcome = subject.wait(id);
        EXPECT_TRUE(outcome.done) << outcome.failed->message;
        if (!outcome.done) return -1;
        if (!reference_) {
            const std::int32_t min_tokens = GetParam() == "mrope" ? kContext / 4 : -1;
            reference_ = std::make_unique<HelperReference>(subject.model.weights.get(),
                                                           projector_.path(), min_tokens);
        }
        const HelperReference::Answer expected = reference_->answer(question, kAnswer);
        EXPECT_EQ(outcome.done->timings.n_prompt, static_cast<std::int64_t>(expected.n_prompt));
        const Tokens& context = outcome.done->context;
        const Tokens answer(context.begin() + static_cast<std::ptrdiff_t>(expected.n_text_prompt),
                            context.end());
        EXPECT_EQ(answer, expected.tokens) << "request " << id << ": " << question.text;
        return outcome.done->timings.n_prompt_cached;
    }

    std::int64_t ask(LoopSubject& subject, std::uint64_t id, const Question& question) {
        subject.start(id, question.prompt(), kAnswer);
        return check(subject, id, question);
    }

    // What follows an image of the first question, with its answer, in a conversation.
    static Question next_turn(LoopSubject& subject, std::uint64_t id, Question question) {
        const Tokens context = subject.wait(id).done->context;
        const Tokens answer(context.end() - static_cast<std::ptrdiff_t>(kAnswer), context.end());
        question.text += subject.model.vocabulary->text(answer) + " and ba be bi bo now?";
        return question;
    }

private:
    TinyModel model_{GetParam()};
    TinyModel projector_{"projector-" + std::string(GetParam())};
    std::unique_ptr<HelperReference> reference_;
};

TEST_P(VisionTest, AnswersAsTheHelperReads) {
    LoopSubject subject(load(), 4);
    const std::string a = tiny_image(40, 32, 1);
    const std::string b = tiny_image(24, 56, 2);
    const std::vector<Question> questions = {
        {"What is in [img-0] this picture?", {a}},      {"[img-0] What is it?", {b}},
        {"First [img-0] then [img-1] differ.", {a, b}}, {"[img-1][img-0].", {a, b}},
        {"Twice [img-0][img-1] the same.", {a, a}},
    };
    for (std::size_t i = 0; i < questions.size(); ++i) ask(subject, i, questions[i]);
}

// The helper cannot: it computes no logits for the last vector of an image.
TEST_P(VisionTest, AnswersToAPromptThatEndsWithAnImage) {
    LoopSubject subject(load(), 4);
    const Question question{"Look: [img-0]", {tiny_image(40, 32, 1)}};
    for (std::uint64_t i = 0; i < 2; ++i) subject.start(i, question.prompt(), kAnswer);
    EXPECT_GT(subject.wait(0).done->timings.n_generated, 0);
    EXPECT_EQ(subject.wait(0).done->context, subject.wait(1).done->context);
}

TEST_P(VisionTest, SeesWhatIsInAnImage) {
    LoopSubject subject(load(), 4);
    for (std::uint32_t i = 0; i < 6; ++i)
        ask(subject, i, {"See [img-0] and say.", {tiny_image(32, 32, i)}});
    std::map<Tokens, int> answers;
    for (std::uint32_t i = 0; i < 6; ++i) ++answers[subject.wait(i).done->context];
    EXPECT_GT(answers.size(), 1U);
}

TEST_P(VisionTest, ManyAtOnceAnswerAsOneByOne) {
    LoopSubject subject(load(), 6);
    std::vector<Question> questions;
    for (std::uint32_t i = 0; i < 10; ++i) {
        const std::string image = tiny_image(32 + i, 32, 20 + i % 4);
        Question question{"Number " + std::string(i, 'x') + " [img-0] of ten", {image}};
        if (i % 3 == 1) question = {"No picture here, " + std::string(3 * i, 'y'), {}};
        if (i % 3 == 2) question = {"[img-0] and [img-1]?", {image, tiny_image(64, 40, i)}};
        questions.push_back(question);
        subject.start(i, question.prompt(), kAnswer);
    }
    for (std::uint32_t i = 0; i < 10; ++i) check(subject, i, questions[i]);
}

TEST_P(VisionTest, GoesOnFromImagesItHasRead) {
    LoopSubject subject(load(), 4);
    Question question{"This is a longer beginning of text. See [img-0] and say what it is.",
                      {tiny_image(32, 32, 5)}};
    EXPECT_EQ(ask(subject, 0, question), 0);
    const auto n_first = subject.wait(0).done->timings.n_prompt;
    const auto n_through_image = n_first - std::ssize(std::string(" and say what it is."));
    if (subject.wait(0).done->timings.n_generated == kAnswer) {
        question = next_turn(subject, 0, question);
        EXPECT_GE(ask(subject, 1, question), n_through_image);
    }
    EXPECT_GE(ask(subject, 2, question), n_first - 1);  // the same again
}

TEST_P(VisionTest, NeverTakesOneImageForAnother) {
    LoopSubject subject(load(), 4);
    const std::string text = "This is a longer beginning of text. See [img-0] and say what it is.";
    ask(subject, 0, {text, {tiny_image(32, 32, 5)}});
    const auto n_prompt = subject.wait(0).done->timings.n_prompt;
    const auto n_cached = ask(subject, 1, {text, {tiny_image(32, 32, 6)}});
    EXPECT_LT(n_cached, n_prompt - 16);  // no more than the text before it
    ask(subject, 2, {text, {tiny_image(32, 32, 5)}});
}

TEST_P(VisionTest, CancellingSomeDoesNotTouchOthers) {
    LoopSubject subject(load(), 4);
    std::vector<Question> questions;
    for (std::uint32_t i = 0; i < 8; ++i) {
        questions.push_back({"Cancel [img-0] " + std::string(i, 'z'), {tiny_image(32, 32, i / 2)}});
        if (i % 4 == 1) subject.cancel_when_heard(i);
        subject.start(i, questions[i].prompt(), i % 4 == 1 ? 400 : kAnswer);
        if (i % 4 == 3) subject.cancel(i);  // at once, wherever it is by now
    }
    for (std::uint32_t i = 0; i < 8; i += 2) check(subject, i, questions[i]);
    for (std::uint32_t i = 3; i < 8; i += 4) {
        const LoopSubject::Outcome outcome = subject.wait(i);
        EXPECT_TRUE(outcome.done || outcome.failed->code == ErrorCode::cancelled);
    }
    ask(subject, 100, questions[3]);
}

TEST_P(VisionTest, ShortageOfMemoryChangesNothing) {
    LoopSubject subject(load(), 1);
    subject.overcommit(4);
    std::vector<Question> questions;
    for (std::uint32_t i = 0; i < 8; ++i) {
        questions.push_back(
            {std::string(60 + 5 * i, 'a') + "[img-0] and more " + std::string(40, 'b'),
             {tiny_image(32, 32, i)}});
        subject.start(i, questions[i].prompt(), kAnswer);
    }
    for (std::uint32_t i = 0; i < 8; ++i) check(subject, i, questions[i]);
}

TEST_P(VisionTest, EndsWhereTheContextEnds) {
    LoopSubject subject(load(), 1);
    subject.start(0, wire::TextPrompt{{}, "See [img-0] now", {tiny_image(32, 32, 1)}}, 5000);
    const LoopSubject::Outcome outcome = subject.wait(0);
    ASSERT_TRUE(outcome.done);
    const wire::Timings& timings = outcome.done->timings;
    EXPECT_LE(timings.n_prompt + timings.n_generated, kContext);
}

INSTANTIATE_TEST_SUITE_P(Projectors, VisionTest, testing::Values("full", "sliding", "mrope"),
                         [](const auto& instance) { return std::string(instance.param); });

// --- What cannot be used

class UnusableMediaTest : public testing::Test {
protected:
    std::string reason(wire::TextPrompt prompt) {
        wire::Load load = text_.request();
        load.projector_paths = {projector_.path()};
        const Result<Model> model = load_model(load, {});
        wire::Generate request;
        request.prompt = std::move(prompt);
        const Result<Prepared> prepared = prepare(*model, 1, request);
        if (prepared) return "prepared";
        EXPECT_EQ(prepared.error().http_status, 400);
        return prepared.error().message;
    }

    const TinyModel text_{"full"};
    const TinyModel projector_{"projector-full"};
};

TEST_F(UnusableMediaTest, IsRefusedWithAReason) {
    const auto check = [this](const std::string& file, std::string_view why) {
        const std::string message = reason({{}, "[img-0]", {file}});
        EXPECT_NE(message.find("Failed to load image or audio file"), std::string::npos) << message;
        EXPECT_NE(message.find(why), std::string::npos) << message;
    };
    const std::string image = tiny_image(32, 32, 1);
    check("", "is empty");
    check("no image", "is no PNG, JPEG");
    std::string bomb = image;
    bomb.replace(18, 8, std::string("\xa0\x86\1\0\xa0\x86\1\0", 8));  // 100000 x 100000
    check(bomb, "100000 x 100000 pixels");
    check("ID3 sound", "is a sound, which the model does not take");
}

TEST_F(UnusableMediaTest, CountsAndPlaces) {
    const std::string image = tiny_image(8, 8, 1);
    std::string text;
    for (std::size_t i = 0; i <= kMaxMedia; ++i) text += fmt::format("[img-{}]", i);
    const std::string many = reason({{}, text, std::vector<std::string>(kMaxMedia + 1, image)});
    EXPECT_NE(many.find("65 files, more than 64 in one request"), std::string::npos) << many;
    EXPECT_NE(reason({{}, "nowhere", {image}}).find("Failed to tokenize prompt"),
              std::string::npos);
    EXPECT_EQ(reason({{}, "[img-0] there", {image}}), "prepared");
}

TEST(UnusableProjector, SaysWhy) {
    const TinyModel text("full");
    const TinyModel other("recurrent");
    wire::Load load = text.request();
    load.projector_paths = {other.path()};
    const Result<Model> model = load_model(load, {});
    ASSERT_FALSE(model);
    EXPECT_NE(model.error().message.find("failed to load the projector"), std::string::npos);
}

}  // namespace
}  // namespace corral::engine
