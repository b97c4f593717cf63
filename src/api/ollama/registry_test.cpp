#include "api/ollama/registry.h"

#include <gtest/gtest.h>

#include <utility>

namespace corral::api::ollama {
namespace {

TEST(DecodePull, TakesTheNameFromEitherField) {  // native-api.md 12.33
    EXPECT_EQ(decode_pull(R"({"model":"a:b"})")->name.short_form(), "a:b");
    EXPECT_EQ(decode_pull(R"({"model":"","name":"a"})")->name.short_form(), "a:latest");
    EXPECT_EQ(decode_pull(R"({"model":"a","name":"b"})")->name.short_form(), "a:latest");
}

TEST(DecodePull, NamesTheStubOfACloudModel) {  // native-api.md 4.3
    EXPECT_EQ(decode_pull(R"({"model":"a:8b:cloud"})")->name.short_form(), "a:8b-cloud");
    EXPECT_EQ(decode_pull(R"({"model":"a:cloud"})")->name.short_form(), "a:cloud");
    EXPECT_EQ(decode_pull(R"({"model":"a:8b:local"})")->name.short_form(), "a:8b");
}

TEST(DecodePull, StreamsUnlessToldNotTo) {
    EXPECT_TRUE(decode_pull(R"({"model":"a"})")->stream);
    EXPECT_TRUE(decode_pull(R"({"model":"a","stream":null})")->stream);
    EXPECT_FALSE(decode_pull(R"({"model":"a","stream":false,"insecure":true})")->stream);
}

TEST(DecodePull, SaysWhatIsWrong) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"model":""})", "invalid model name"},
        {R"({"model":"a b"})", "invalid model name"},
        {R"({"model":"a:cloud:local"})",
         R"(use either :local or :cloud, not both: "a:cloud:local")"},
        {R"({"insecure":"yes"})",
         "json: cannot unmarshal string into Go struct field PullRequest.insecure of type bool"},
        {"", "missing request body"},
    };
    for (const auto& [body, error] : rows) EXPECT_EQ(decode_pull(body).error().message, error);
}

TEST(DecodePush, RefusesOnlyAnEmptyName) {  // native-api.md 4.5, 8.12
    EXPECT_EQ(decode_push("{}").error().message, "model is required");
    EXPECT_EQ(decode_push(R"({"name":"a b"})")->model, "a b");
}

}  // namespace
}  // namespace corral::api::ollama
