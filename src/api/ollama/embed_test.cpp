#include "api/ollama/embed.h"

#include <gtest/gtest.h>

#include "api/ollama/errors.h"

namespace corral::api::ollama {
namespace {

models::ModelRecord embedding_record(std::int64_t n_ctx_train = 512) {
    models::ModelRecord record{.name = *store::ModelName::parse("m")};
    record.model_path = "/blobs/sha256-1";
    record.capabilities = {"embedding"};
    record.weights = models::WeightsInfo{};
    record.weights->n_ctx_train = n_ctx_train;
    record.weights->pooling_type = 1;
    return record;
}

TEST(DecodeEmbed, TakesATextOrAList) {  // native-api.md 8.7
    const std::pair<std::string_view, std::vector<std::string>> rows[] = {
        {R"({"input":"a"})", {"a"}}, {R"({"input":["a","","b"]})", {"a", "", "b"}},
        {R"({"input":""})", {}},     {R"({"input":[]})", {}},
        {R"({"input":null})", {}},   {"{}", {}},
    };
    for (const auto& [body, texts] : rows) {
        const auto request = decode_embed(body);
        ASSERT_TRUE(request) << body;
        EXPECT_EQ(request->texts, texts) << body;
        EXPECT_EQ(request->only_loads(), texts.empty()) << body;
        EXPECT_TRUE(request->truncate);
        EXPECT_FALSE(request->bad_input);
    }
}

TEST(DecodeEmbed, RefusesOtherInputs) {
    for (const char* body : {R"({"input":5})", R"({"input":{}})", R"({"input":["a",1]})",
                             R"({"input":[["a"]]})", R"({"input":[null]})", R"({"input":true})"}) {
        const auto request = decode_embed(body);
        ASSERT_TRUE(request) << body;
        ASSERT_TRUE(request->bad_input) << body;
        EXPECT_EQ(request->bad_input->message, "invalid input type");
        EXPECT_EQ(http_status(*request->bad_input), 400);
    }
}

TEST(DecodeEmbed, TellsWrongTypesLikeUpstream) {
    EXPECT_EQ(decode_embed(R"({"dimensions":"x"})").error().message,
              "json: cannot unmarshal string into Go struct field EmbedRequest.dimensions of type "
              "int");
    EXPECT_EQ(decode_embeddings(R"({"prompt":["x"]})").error().message,
              "json: cannot unmarshal array into Go struct field EmbeddingRequest.prompt of type "
              "string");
    EXPECT_EQ(decode_embed("").error().message, "missing request body");
}

TEST(PlanEmbed, LimitsTextsByWhatWasAskedFor) {
    struct Row {
        std::string_view options;
        std::int64_t max_tokens;
        std::int64_t batch_tokens;
        std::int64_t loaded_context;
    };
    const Row rows[] = {
        {"{}", 512, 512, 0},            // chosen at the load
        {R"({"num_ctx":3})", 3, 3, 4},  // no context is loaded that small
        {R"({"num_ctx":0})", 512, 0, 4},
        {R"({"num_ctx":100000})", 512, 2048, 512},
        {R"({"num_batch":64})", 512, 64, 0},
    };
    for (const auto& row : rows) {
        const auto request =
            decode_embed(fmt::format(R"({{"input":"x","options":{}}})", row.options));
        const auto plan = plan_embed(*request, embedding_record(), Settings{});
        ASSERT_TRUE(plan) << row.options;
        EXPECT_EQ(plan->embed.max_tokens, row.max_tokens) << row.options;
        EXPECT_EQ(plan->embed.batch_tokens, row.batch_tokens) << row.options;
        EXPECT_EQ(plan->spec.load.options.num_ctx, row.loaded_context) << row.options;
        EXPECT_TRUE(plan->spec.load.embedding);
        EXPECT_FALSE(plan->spec.load.completion);
    }
}

TEST(PlanEmbed, NeverCutsForTheOldRoute) {
    const auto plan =
        plan_embed(*decode_embeddings(R"({"prompt":"x"})"), embedding_record(), Settings{});
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->embed.truncate);
    EXPECT_TRUE(plan->embed.raw_if_model_says_so);
    EXPECT_EQ(plan->embed.max_tokens, wire::Embed::kUnlimited);
}

TEST(PlanEmbed, TellsBadOptions) {
    const auto plan =
        plan_embed(*decode_embed(R"({"options":{"num_ctx":"x"}})"), embedding_record(), Settings{});
    ASSERT_FALSE(plan);
    EXPECT_EQ(http_status(plan.error()), 500);
}

std::string answer_of(const EmbedRequest& request, const wire::Embedded* embedded) {
    std::string out;
    append_embed_answer(out, request, embedded,
                        {std::chrono::nanoseconds(30), std::chrono::nanoseconds(20)});
    return out;
}

TEST(EmbedAnswer, IsUpstreamsByteForByte) {  // native-api.md 8.7, 13.1, trap 12.43
    auto request = decode_embed(R"({"model":"M"})").value();
    wire::Embedded embedded{{0.01F, -0.02F, 1.0F, 1e-7F}, 2, 8, 0};
    EXPECT_EQ(answer_of(request, &embedded),
              R"({"model":"M","embeddings":[[0.01,-0.02],[1,1e-7]],"total_duration":30,)"
              R"("load_duration":20,"prompt_eval_count":8})");
    embedded.n_dropped = 3;
    EXPECT_TRUE(answer_of(request, &embedded).ends_with(R"(,"prompt_tokens_dropped":3})"));
    EXPECT_EQ(answer_of(request, nullptr), R"({"model":"M","embeddings":[]})");

    request.route = EmbedRoute::embeddings;
    EXPECT_EQ(answer_of(request, &embedded),
              R"({"embedding":[0.009999999776482582,-0.019999999552965164,1,)"
              R"(1.0000000116860974e-7]})");
    EXPECT_EQ(answer_of(request, nullptr), R"({"embedding":[]})");
}

TEST(EmbedFailure, HasTheStatusOfItsRoute) {
    const wire::Failed refused{ErrorCode::invalid, "x", 400};
    const wire::Failed absent{ErrorCode::unsupported, "x", 501};
    const wire::Failed other{ErrorCode::internal, "x", 0};
    EXPECT_EQ(embed_failure_status(EmbedRoute::embed, refused), 400);
    EXPECT_EQ(embed_failure_status(EmbedRoute::embed, absent), 501);
    EXPECT_EQ(embed_failure_status(EmbedRoute::embed, other), 400);
    EXPECT_EQ(embed_failure_status(EmbedRoute::embeddings, refused), 500);
    EXPECT_EQ(embed_failure_status(EmbedRoute::embeddings, absent), 500);
}

}  // namespace
}  // namespace corral::api::ollama
