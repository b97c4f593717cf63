#include "api/ollama/options.h"

#include <gtest/gtest.h>

#include "api/ollama/errors.h"

namespace corral::api::ollama {
namespace {

TEST(MergeOptions, LaysTheRequestOverTheModelOverTheDefaults) {  // native-api.md 5.5
    const auto merged = merge_options(
        R"({"temperature":0.5,"top_k":10,"stop":["a","b"],"num_ctx":8192})",
        R"({"temperature":1,"top_k":null,"stop":["c"],"use_mmap":false,"main_gpu":1})");
    ASSERT_TRUE(merged);
    const auto& sampling = merged->options.sampling;
    EXPECT_EQ(sampling.temperature, 1.0F);
    EXPECT_EQ(sampling.top_k, 10);
    EXPECT_EQ(sampling.top_p, 0.9F);
    EXPECT_EQ(sampling.stop, std::vector<std::string>{"c"});
    EXPECT_EQ(merged->options.load.num_ctx, 8192);
    EXPECT_EQ(merged->options.load.use_mmap, false);
    EXPECT_EQ(merged->options.load.main_gpu, 1);
    EXPECT_TRUE(merged->has_num_ctx);
    EXPECT_FALSE(merged->has_num_batch);
}

TEST(MergeOptions, IgnoresWhatItDoesNotKnow) {  // native-api.md 5.5
    const auto merged =
        merge_options("", R"({"mirostat":2,"numa":true,"penalize_newline":"x","whatever":{}})");
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->options.sampling, wire::SamplingOptions{});
    EXPECT_EQ(merged->options.load, wire::LoadOptions{});
}

TEST(MergeOptions, CutsFractionsOfIntegers) {  // native-api.md 5.5
    const auto sampling = [](std::string_view json) {
        return merge_options("", json)->options.sampling;
    };
    EXPECT_EQ(merge_options("", R"({"num_ctx":4096.9})")->options.load.num_ctx, 4096);
    EXPECT_EQ(sampling(R"({"top_k":-1.9})").top_k, -1);
    EXPECT_EQ(sampling(R"({"seed":1e3})").seed, 1000);
    EXPECT_EQ(sampling(R"({"seed":1e300})").seed, INT64_MAX);
    EXPECT_EQ(sampling(R"({"seed":-1e300})").seed, INT64_MIN);
    EXPECT_TRUE(sampling(R"({"stop":[]})").stop.empty());
}

TEST(MergeOptions, RejectsWrongTypesWithStatus500) {  // native-api.md 5.5, trap 12.10
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"num_ctx":"4096"})", R"(option "num_ctx" must be of type integer)"},
        {R"({"seed":true})", R"(option "seed" must be of type integer)"},
        {R"({"main_gpu":"0"})", R"(option "main_gpu" must be of type integer)"},
        {R"({"temperature":"hot"})", R"(option "temperature" must be of type float32)"},
        {R"({"use_mmap":1})", R"(option "use_mmap" must be of type boolean)"},
        {R"({"stop":"x"})", R"(option "stop" must be of type array)"},
        {R"({"stop":["x",1]})", R"(option "stop" must be of an array of strings)"},
    };
    for (const auto& [json, expected] : rows) {
        const auto merged = merge_options("{}", json);
        ASSERT_FALSE(merged) << json;
        EXPECT_EQ(merged.error().message, expected);
        EXPECT_EQ(http_status(merged.error()), 500);
    }
}

TEST(MergeOptions, TakesBiases) {
    const auto merged = merge_options("", R"({"logit_bias":{"5":-100,"7":0.5}})");
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->options.sampling.logit_bias,
              (std::vector<wire::LogitBias>{{5, -100}, {7, 0.5F}}));
    for (const auto* bad : {R"({"5":101})", R"({"x":1})", R"({"5":"1"})", "[]", R"({"":1})"})
        EXPECT_FALSE(merge_options("", fmt::format(R"({{"logit_bias":{}}})", bad))) << bad;
}

}  // namespace
}  // namespace corral::api::ollama
