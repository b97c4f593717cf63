#include "engine/answer.h"

#include <gtest/gtest.h>

#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

class AnswerTest : public FullModelTest {
protected:
    // Everything shown for a text given byte by byte, and "|" where the answer ended itself.
    static std::string check(Answer& answer, std::string_view text) {
        std::string shown;
        for (char c : text) {
            const Answer::Step step = answer.push(byte(c), std::nullopt);
            shown += step.delta.content;
            if (step.stopped) return shown + "|" + answer.finish().content;
        }
        return shown + answer.finish().content;
    }
};

TEST_F(AnswerTest, NeverCutsACharacter) {
    Answer answer(*model->vocabulary, {});
    EXPECT_TRUE(is_empty(answer.push(byte('\xC3'), std::nullopt).delta));
    EXPECT_EQ(answer.push(byte('\xA9'), std::nullopt).delta.content, "é");
    EXPECT_TRUE(is_empty(answer.push(byte('\xE2'), std::nullopt).delta));
    EXPECT_EQ(answer.finish().content, "\xEF\xBF\xBD");
}

TEST_F(AnswerTest, StopsAndNeverShowsTheStop) {
    Answer answer(*model->vocabulary, {.stops = {"END", "\n\n"}, .chat = {}});
    EXPECT_EQ(check(answer, "once ENupon ENDa time"), "once ENupon |");
}

TEST_F(AnswerTest, ShowsAPartialStopAtTheEnd) {
    Answer answer(*model->vocabulary, {.stops = {"END"}, .chat = {}});
    EXPECT_EQ(check(answer, "the EN"), "the EN");
}

TEST_F(AnswerTest, EndsARepetition) {
    Answer answer(*model->vocabulary, {});
    EXPECT_EQ(check(answer, "x" + std::string(100, 'a')), "x" + std::string(31, 'a') + "|");
}

TEST_F(AnswerTest, LetsChatsRepeatThemselves) {
    Answer answer(*model->vocabulary, {.stops = {}, .chat = common_chat_params()});
    EXPECT_EQ(check(answer, std::string(100, 'a')), std::string(100, 'a'));
}

TEST_F(AnswerTest, KeepsLogprobsUntilTheirTextIsShown) {
    Answer answer(*model->vocabulary, {});
    const wire::Logprob logprob{{"t", -1}, {}};
    EXPECT_TRUE(answer.push(byte('\xC3'), logprob).delta.logprobs.empty());
    EXPECT_EQ(answer.push(byte('\xA9'), logprob).delta.logprobs.size(), 2U);
    EXPECT_TRUE(answer.push(byte('\xE2'), logprob).delta.logprobs.empty());
    EXPECT_EQ(answer.finish().logprobs.size(), 1U);
}

}  // namespace
}  // namespace corral::engine
