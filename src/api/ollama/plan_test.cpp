#include "api/ollama/plan.h"

#include <gtest/gtest.h>

#include "api/ollama/errors.h"
#include "api/ollama/load_plan.h"
#include "api/ollama/prompts.h"

namespace corral::api::ollama {
namespace {

models::ModelRecord record_with(std::vector<std::string> capabilities,
                                std::string chat_template = "{{ messages }}") {
    models::ModelRecord record{.name = *store::ModelName::parse("m")};
    record.digest = "d";
    record.model_path = "/blobs/sha256-1";
    record.capabilities = std::move(capabilities);
    record.weights = models::WeightsInfo{};
    record.weights->chat_template = std::move(chat_template);
    record.weights->n_ctx_train = 32768;
    return record;
}

ChatRequest chat_request(std::string_view body) {
    return *decode_chat(body);
}
GenerateRequest generate_request(std::string_view body) {
    return *decode_generate(body);
}

template <class Request>
Error error_of(const Request& request, const models::ModelRecord& record) {
    const auto plan = plan_answer(request, record, Settings{});
    return plan ? Error{} : plan.error();
}

TEST(PlanAnswer, ChecksWhatTheModelCanDo) {  // native-api.md 5.2, 6.4, 8.5
    struct Row {
        std::vector<std::string> capabilities;
        std::string_view body;
        int status;
        std::string_view message;
    };
    const Row generate_rows[] = {
        {{"image"}, R"({"model":"M"})", 400, "image generation models are not currently supported"},
        {{"embedding"}, R"({"model":"M","prompt":"x"})", 400, R"("M" does not support generate)"},
        {{"completion"}, R"({"model":"M","think":true})", 400, R"("M" does not support thinking)"},
        {{"completion"},
         R"({"model":"M","think":"low","options":{"seed":"x"}})",
         400,
         R"("M" does not support thinking)"},
        {{"completion"},
         R"({"model":"M","prompt":"x","suffix":"y"})",
         400,
         "registry.ollama.ai/library/m:latest does not support insert"},
        {{"completion"},
         R"({"model":"M","prompt":"x","raw":true,"system":"y","think":true})",
         400,
         "raw mode does not support template, system, or context"},
        {{"completion"},
         R"({"model":"M","prompt":"x","raw":true,"context":[1]})",
         400,
         "raw mode does not support template, system, or context"},
        {{"completion"},
         R"({"model":"M","options":{"num_ctx":"x"}})",
         500,
         R"(option "num_ctx" must be of type integer)"},
        {{"completion"},
         R"({"model":"M","prompt":"x","context":[-1]})",
         500,
         "context holds -1, which is not a token"},
    };
    for (const auto& row : generate_rows) {
        const auto error = error_of(generate_request(row.body), record_with(row.capabilities));
        EXPECT_EQ(error.message, row.message);
        EXPECT_EQ(http_status(error), row.status) << row.body;
    }
    const Row chat_rows[] = {
        {{"embedding"}, R"({"model":"M"})", 400, R"("M" does not support chat)"},
        {{"completion"},
         R"({"model":"M","tools":[{"type":"function"}]})",
         400,
         "registry.ollama.ai/library/m:latest does not support tools"},
        {{"completion"},
         R"({"model":"M","think":"high"})",
         400,
         R"("M" does not support thinking)"},
    };
    for (const auto& row : chat_rows) {
        const auto error = error_of(chat_request(row.body), record_with(row.capabilities));
        EXPECT_EQ(error.message, row.message);
        EXPECT_EQ(http_status(error), row.status) << row.body;
    }
}

TEST(PlanAnswer, AcceptsWhatIsNoConflict) {  // native-api.md 5.2, 8.5, trap 12.26
    const auto record = record_with({"completion"});
    EXPECT_TRUE(
        plan_answer(generate_request(R"({"prompt":"x","raw":true,"context":[]})"), record, {}));
    EXPECT_TRUE(plan_answer(chat_request(R"({"tools":[],"think":false})"), record, {}));
}

TEST(PlanAnswer, OnlyLoadsWithoutAPrompt) {  // native-api.md 6.3
    const auto record = record_with({"completion"});
    const auto generate = plan_answer(generate_request(R"({"suffix":"","format":5})"), record, {});
    EXPECT_FALSE(generate->generation);
    EXPECT_FALSE(generate->bad_format);
    EXPECT_FALSE(plan_answer(chat_request("{}"), record, {})->generation);
    EXPECT_TRUE(plan_answer(generate_request(R"({"prompt":" "})"), record, {})->generation);
}

TEST(PlanAnswer, KeepsABadFormatForLater) {  // native-api.md 5.4
    const auto plan = plan_answer(generate_request(R"({"prompt":"x","format":"xml"})"),
                                  record_with({"completion"}), {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(http_status(*plan->bad_format), 500);
}

TEST(PlanAnswer, ThinksUnlessToldNotTo) {  // native-api.md 5.2
    using enum wire::Thinking;
    const std::pair<std::string_view, wire::Thinking> rows[] = {
        {R"({"prompt":"x"})", on},
        {R"({"prompt":"x","think":false})", off},
        {R"({"prompt":"x","think":"low"})", low},
    };
    for (const auto& [body, expected] : rows) {
        const auto plan =
            plan_answer(generate_request(body), record_with({"completion", "thinking"}), {});
        EXPECT_EQ(plan->generation->thinking, expected) << body;
    }
    const auto plain = record_with({"completion"});
    EXPECT_EQ(plan_answer(generate_request(rows[1].first), plain, {})->generation->thinking, unset);
}

TEST(PlanAnswer, ReadsZeroNumPredictAsTheRouteDoes) {  // native-api.md 7.3, trap 12.20
    const auto record = record_with({"completion"});
    const auto generate =
        plan_answer(generate_request(R"({"prompt":"x","options":{"num_predict":0}})"), record, {});
    EXPECT_EQ(generate->generation->sampling.num_predict, -1);
    const auto chat = plan_answer(
        chat_request(R"({"messages":[{"role":"user"}],"options":{"num_predict":0}})"), record, {});
    EXPECT_EQ(chat->generation->sampling.num_predict, 1);
}

TEST(PlanAnswer, FillsInTheRest) {  // native-api.md 7.4, 5.9
    auto record = record_with({"completion"});
    const auto body = R"({"prompt":"x","truncate":false,"top_logprobs":3,"images":["aGk="]})";
    auto plan = plan_answer(generate_request(body), record, {});
    EXPECT_TRUE(plan->generation->shift);
    EXPECT_FALSE(plan->generation->truncate);
    EXPECT_TRUE(plan->generation->want_context);
    EXPECT_EQ(plan->generation->top_logprobs, 0);
    EXPECT_EQ(plan->n_images, 1U);
    record.config.model_family = "deepseek2";
    EXPECT_FALSE(plan_answer(generate_request(body), record, {})->generation->shift);
}

TEST(PlanLoad, ChoosesTheContext) {  // native-api.md 5.5, scheduler-runtime.md 2.2, 2.5, 14.1
    struct Row {
        std::string_view options;
        std::uint64_t environment;
        std::vector<std::string> capabilities;
        std::int64_t n_ctx;
        bool automatic;
    };
    const Row rows[] = {
        {"{}", 0, {"completion"}, 0, true},
        {"{}", 8192, {"completion"}, 8192, false},
        {R"({"num_ctx":512})", 8192, {"completion"}, 512, false},
        {R"({"num_ctx":1})", 0, {"completion"}, 4, false},
        {R"({"num_ctx":-5})", 0, {"completion"}, 4, false},
        {R"({"num_ctx":512})", 0, {"completion", "vision"}, 2048, false},
        {R"({"num_ctx":2147483648})", 0, {"completion"}, 32768, false},
    };
    for (const auto& row : rows) {
        Settings settings;
        settings.context_length = row.environment;
        const auto request = generate_request(fmt::format(R"({{"options":{}}})", row.options));
        const auto plan = plan_answer(request, record_with(row.capabilities), settings);
        EXPECT_EQ(plan->spec.load.options.num_ctx, row.n_ctx) << row.options;
        EXPECT_EQ(plan->spec.context_automatic, row.automatic) << row.options;
    }
}

TEST(PlanLoad, DescribesTheRunner) {
    auto record = record_with({"completion"});
    record.weights->shape.weights_bytes = 99;
    record.projector_bytes = 7;
    record.adapter_bytes = 5;
    record.adapter_paths = {"/blobs/sha256-2"};
    Settings settings;
    settings.kv_cache_type = "q8_0";
    const auto spec = plan_answer(generate_request("{}"), record, settings)->spec;
    EXPECT_EQ(spec.key, "/blobs/sha256-1");
    EXPECT_EQ(spec.name, "m:latest");
    EXPECT_EQ(spec.digest, "d");
    EXPECT_EQ(spec.shape.weights_bytes, 99);
    EXPECT_EQ(spec.projector_bytes, 7);
    EXPECT_EQ(spec.adapter_bytes, 5);
    EXPECT_EQ(spec.load.model_path, "/blobs/sha256-1");
    EXPECT_EQ(spec.load.adapter_paths, std::vector<std::string>{"/blobs/sha256-2"});
    EXPECT_EQ(spec.load.n_parallel, kDefaultParallel);
    EXPECT_EQ(spec.load.kv_cache_type, "q8_0");
    EXPECT_EQ(spec.load.options.draft_num_predict, 0);
    settings.num_parallel = 2;
    EXPECT_EQ(plan_answer(generate_request("{}"), record, settings)->spec.load.n_parallel, 2);
}

}  // namespace
}  // namespace corral::api::ollama
