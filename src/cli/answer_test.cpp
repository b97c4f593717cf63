#include "cli/answer.h"

#include <gtest/gtest.h>

#include "cli/json.h"
#include "cli/timings.h"

namespace corral::cli {
namespace {

TEST(AnswerFormat, PassesPlainTextOn) {
    AnswerFormat format({});
    EXPECT_EQ(format.content("Hel"), "Hel");
    EXPECT_EQ(format.content("lo\n"), "lo\n");
    EXPECT_EQ(format.end(), "");
}

TEST(AnswerFormat, SetsThinkingApart) {
    AnswerFormat format({});
    EXPECT_EQ(format.thinking("one"), "Thinking...\none");
    EXPECT_EQ(format.thinking(" two"), " two");
    EXPECT_EQ(format.content(""), "");
    EXPECT_EQ(format.content("answer"), "\n...done thinking.\n\nanswer");
    EXPECT_EQ(format.end(), "");
}

TEST(AnswerFormat, AddsNoSecondNewlineAfterThinking) {
    AnswerFormat format({});
    EXPECT_EQ(format.thinking("one\n"), "Thinking...\none\n");
    EXPECT_EQ(format.content("a"), "...done thinking.\n\na");
}

TEST(AnswerFormat, GreysThinkingOnATerminal) {
    AnswerFormat format({.colours = true});
    EXPECT_EQ(format.thinking("x"), "\033[38;5;245m\033[1mThinking...\n\033[0m\033[38;5;245mx");
    EXPECT_EQ(format.content("a"), "\n\033[38;5;245m\033[1m...done thinking.\n\n\033[0ma");
}

TEST(AnswerFormat, ClosesNoMarkerWhenItEndsThinking) {
    AnswerFormat plain({});
    (void)plain.thinking("x");
    EXPECT_EQ(plain.end(), "");
    AnswerFormat coloured({.colours = true});
    (void)coloured.thinking("x");
    EXPECT_EQ(coloured.end(), "\033[0m");
}

TEST(AnswerFormat, HidesThinking) {
    AnswerFormat format({.hide_thinking = true});
    EXPECT_EQ(format.thinking("x"), "");
    EXPECT_EQ(format.content("a"), "a");
}

TEST(Timings, PrintsFiguresAboveZero) {
    Json event{{"total_duration", 2345678901},
               {"load_duration", 41200000},
               {"prompt_eval_count", 26},
               {"prompt_eval_duration", 120500000},
               {"eval_count", 298},
               {"eval_duration", 2100000000}};
    EXPECT_EQ(timings_text(event),
              "total duration:       2.345678901s\n"
              "load duration:        41.2ms\n"
              "prompt eval count:    26 token(s)\n"
              "prompt eval duration: 120.5ms\n"
              "prompt eval rate:     215.77 tokens/s\n"
              "eval count:           298 token(s)\n"
              "eval duration:        2.1s\n"
              "eval rate:            141.90 tokens/s\n");
    EXPECT_EQ(timings_text(Json{{"eval_count", 0}}), "");
}

}  // namespace
}  // namespace corral::cli
