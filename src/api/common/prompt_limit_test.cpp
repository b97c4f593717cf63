#include "api/common/prompt_limit.h"

#include <gtest/gtest.h>

namespace corral::api {
namespace {

TEST(PromptLimit, NumbersAreThoseOfTheEngine) {
    const auto excess =
        prompt_excess(R"({"error":{"code":400,"message":"m","type":"exceed_context_size_error",)"
                      R"("n_prompt_tokens":70,"n_ctx":64}})");
    ASSERT_TRUE(excess);
    EXPECT_EQ(excess->n_prompt, 70);
    EXPECT_EQ(excess->n_ctx, 64);
}

TEST(PromptLimit, OtherErrorsAreNotTakenForIt) {
    for (const auto* text : {"", "{", "{}", "model 'x' not found", R"({"error":"x"})",
                             R"({"error":{"type":"exceed_context_size_error"}})",
                             R"({"error":{"type":7,"n_prompt_tokens":1,"n_ctx":1}})"}) {
        EXPECT_FALSE(is_prompt_too_long(text)) << text;
    }
}

TEST(PromptLimit, TextsWithoutNumbersCountToo) {
    EXPECT_TRUE(is_prompt_too_long("the input length exceeds the context length"));
    EXPECT_FALSE(prompt_excess("the input length exceeds the context length"));
}

}  // namespace
}  // namespace corral::api
