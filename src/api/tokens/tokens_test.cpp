#include "api/tokens/tokens.h"

#include <gtest/gtest.h>

namespace corral::api::tokens {
namespace {

TEST(Tokenize, TakesTextsByAllTheirNames) {  // openai-anthropic-api.md 15.6
    for (const auto* name : {"content", "text", "prompt"}) {
        const auto request = decode_tokenize(fmt::format(R"({{"model":"m","{}":"words"}})", name));
        ASSERT_TRUE(request) << name;
        EXPECT_EQ(request->text.text, "words") << name;
        EXPECT_EQ(request->text.bare, std::string_view(name) != "prompt") << name;
    }
    EXPECT_FALSE(decode_tokenize(R"({"model":"m","content":"x","add_special":true})")->text.bare);
    EXPECT_TRUE(
        decode_tokenize(R"({"model":"m","prompt":"x","add_special_tokens":false})")->text.bare);
}

TEST(Detokenize, RefusesWhatAreNoTokens) {
    for (const auto* tokens : {"-1", "2147483648"}) {
        const auto request =
            decode_detokenize(fmt::format(R"({{"model":"m","tokens":[{}]}})", tokens));
        ASSERT_FALSE(request);
        EXPECT_EQ(request.error().message,
                  fmt::format("tokens holds {}, which is not a token", tokens));
    }
    EXPECT_EQ(decode_detokenize(R"({"model":"m"})").error().message, "tokens is required");
    EXPECT_EQ(decode_detokenize(R"({"tokens":[]})").error().message, "model is required");
}

TEST(TokensBody, HasPiecesOfBothKinds) {
    wire::Done done;
    done.context = {7, 9};
    done.pieces = {"a", "\xE2"};
    Request request;
    EXPECT_EQ(tokens_body(request, done, 64), R"({"tokens":[7,9],"count":2,"max_model_len":64})");
    request.with_pieces = true;
    EXPECT_EQ(tokens_body(request, done, 64),
              R"({"tokens":[{"id":7,"piece":"a"},{"id":9,"piece":[226]}],"count":2,)"
              R"("max_model_len":64})");
}

}  // namespace
}  // namespace corral::api::tokens
