#include "engine/prompt_fit.h"

#include <gtest/gtest.h>

#include <numeric>

namespace corral::engine {
namespace {

Tokens count_to(int n) {
    Tokens tokens(static_cast<std::size_t>(n));
    std::iota(tokens.begin(), tokens.end(), 0);
    return tokens;
}

TEST(FitTextTest, LeavesWhatFits) {
    Tokens tokens = count_to(99);
    EXPECT_EQ(fit_text(tokens, {.n_ctx = 100, .num_keep = 4}), 0);
    EXPECT_EQ(tokens, count_to(99));
}

TEST(FitTextTest, CutsTheMiddle) {
    Tokens tokens = count_to(200);
    EXPECT_EQ(fit_text(tokens, {.n_ctx = 100, .num_keep = 4, .has_start_token = true}), 147);
    // keep 5, total 100 - 95 / 2 = 53
    ASSERT_EQ(tokens.size(), 53U);
    EXPECT_EQ(tokens[4], 4);
    EXPECT_EQ(tokens[5], 152);
    EXPECT_EQ(tokens.back(), 199);
}

TEST(FitTextTest, KeepsEverythingItCanWhenAskedTo) {
    Tokens tokens = count_to(200);
    EXPECT_EQ(fit_text(tokens, {.n_ctx = 100, .num_keep = -1}), 101);
    EXPECT_EQ(tokens, count_to(99));
}

TEST(FitTextTest, RefusesWithoutShift) {
    Tokens tokens = count_to(200);
    const auto result = fit_text(tokens, {.n_ctx = 100, .num_keep = 4, .shift = false});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().http_status, 400);
    EXPECT_TRUE(result.error().message.starts_with("the prompt is longer than the context length"));
}

TEST(FitTextTest, DoesNothingWhenTruncationIsOff) {
    Tokens tokens = count_to(200);
    EXPECT_EQ(fit_text(tokens, {.n_ctx = 100, .truncate = false}), 0);
    EXPECT_EQ(tokens.size(), 200U);
}

TEST(CheckLengthTest, SpeaksAsTheEngineOfUpstream) {
    EXPECT_TRUE(check_length(127, 128));
    const auto result = check_length(300, 128);
    ASSERT_FALSE(result);
    EXPECT_EQ(
        result.error().message,
        R"({"error":{"code":400,"message":"request (300 tokens) exceeds the available context )"
        R"(size (128 tokens), try increasing it","type":"exceed_context_size_error",)"
        R"("n_prompt_tokens":300,"n_ctx":128}})");
}

TEST(DropOldestTest, PutsSystemMessagesInFront) {
    std::vector<wire::Message> messages(5);
    const char* roles[] = {"user", "system", "assistant", "user", "user"};
    for (std::size_t i = 0; i < messages.size(); ++i) messages[i].role = roles[i];
    const std::vector<wire::Message> kept = drop_oldest(messages, 3);
    ASSERT_EQ(kept.size(), 3U);
    EXPECT_EQ(kept[0].role, "system");
    EXPECT_EQ(kept[1].role, "user");
}

TEST(MessagesToDropTest, FindsTheFewest) {
    for (std::size_t answer = 1; answer < 20; ++answer) {
        EXPECT_EQ(messages_to_drop(20, [&](std::size_t n) { return n >= answer; }), answer);
    }
    EXPECT_EQ(messages_to_drop(20, [](std::size_t) { return false; }), 19U);
    EXPECT_EQ(messages_to_drop(2, [](std::size_t) { return true; }), 1U);
}

}  // namespace
}  // namespace corral::engine
