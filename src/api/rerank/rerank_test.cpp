#include "api/rerank/rerank.h"

#include <gtest/gtest.h>

#include "api/openai/errors.h"

namespace corral::api::rerank {
namespace {

TEST(RerankRequest, TakesDocumentsInBothForms) {
    const auto request = decode(
        R"({"model":"m","query":"q","documents":["a",{"text":"b","id":1}],"top_n":1,"return_documents":true})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->documents, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(request->top_n, 1);
    EXPECT_TRUE(request->return_documents);
    EXPECT_TRUE(request->truncate);
}

TEST(RerankRequest, SaysWhatIsMissing) {
    const auto message = [](std::string_view body) {
        const auto request = decode(body);
        return request ? "" : request.error().message;
    };
    EXPECT_EQ(message(""), "missing request body");
    EXPECT_EQ(message(R"({"documents":["a"]})"), "query is required");
    EXPECT_EQ(message(R"({"query":"q"})"), "documents are required");
    EXPECT_EQ(message(R"({"query":"q","documents":["a"],"top_n":0})"), "top_n must be at least 1");
    EXPECT_EQ(message(R"({"query":"q","documents":["a"],"top_n":null})"), "");
    EXPECT_EQ(message(R"({"query":"q","documents":[1]})"),
              "json: cannot unmarshal number into Go struct field RerankRequest.documents of type "
              "rerank.Document");
}

TEST(RerankAnswer, PutsTheBestFirst) {
    Request request{.model = "m", .query = "q", .documents = {"a", "b", "c"}};
    const wire::Embedded scores{.values = {0.5, 2, 0.5}, .width = 1, .n_tokens = 9};
    EXPECT_EQ(answer(request, scores, "x"),
              R"({"id":"x","object":"list","model":"m","results":[{"index":1,"relevance_score":2},)"
              R"({"index":0,"relevance_score":0.5},{"index":2,"relevance_score":0.5}],)"
              R"("usage":{"prompt_tokens":9,"total_tokens":9}})");
    request.top_n = 1;
    request.return_documents = request.normalize = true;
    EXPECT_EQ(
        answer(request, {.values = {0, -1, -2}, .width = 1, .n_dropped = 3}, "x"),
        R"({"id":"x","object":"list","model":"m","results":[{"index":0,"relevance_score":0.5,)"
        R"("document":{"text":"a"}}],"usage":{"prompt_tokens":0,"total_tokens":0},)"
        R"("prompt_tokens_dropped":3})");
}

TEST(RerankPlan, WantsAReranker) {
    models::ModelRecord record{.name = *store::ModelName::parse("m")};
    const Request request{.model = "m", .query = "q", .documents = {"a"}};
    record.weights.emplace().pooling_type = 1;
    EXPECT_EQ(plan(request, record, {}).error().message, "\"m\" does not support rerank");
    record.weights->pooling_type = 4;
    const auto planned = plan(request, record, {});
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->embed.query, "q");
}

TEST(OpenAiErrors, HaveTheirEnvelope) {
    EXPECT_EQ(openai::error_body(404, "gone"),
              R"({"error":{"message":"gone","type":"not_found_error","param":null,"code":null}})");
}

}  // namespace
}  // namespace corral::api::rerank
