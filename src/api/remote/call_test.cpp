#include "api/remote/call.h"

#include <gtest/gtest.h>

#include "api/json/value.h"
#include "models/remote.h"

namespace corral::api::remote {
namespace {

models::ModelRecord record(std::string_view from) {
    models::ModelRecord record{.name = *store::ModelName::parse("far")};
    (void)models::set_remote(record.config, from);
    return record;
}
const models::ModelRecord kOllama = record("http://h:1 there");
const models::ModelRecord kOpenAi = record("http://h:1/v1 there");

ollama::ChatRequest chat(std::string_view fields) {
    return *ollama::decode_chat(fmt::format(R"({{"model":"far",{}}})", fields));
}
ollama::GenerateRequest generate(std::string_view fields) {
    return *ollama::decode_generate(fmt::format(R"({{"model":"far",{}}})", fields));
}

template <class Request>
void check(const Request& request, const models::ModelRecord& model, std::string_view path,
           std::string_view body) {
    const auto call = make_call(request, model);
    ASSERT_TRUE(call) << call.error().message;
    EXPECT_EQ(call->path, path);
    EXPECT_EQ(call->body, body);
}

constexpr std::string_view kUser = R"("messages":[{"role":"user","content":"Hi"}])";

TEST(OllamaCall, PassesChatsOn) {
    check(chat(kUser), kOllama, "/api/chat",
          R"({"model":"there","messages":[{"role":"user","content":"Hi"}],"stream":true})");
    auto model = kOllama;
    model.system = "Be brief.";
    model.params_json = R"({"temperature":0.5,"top_k":3})";
    check(
        chat(
            std::string(kUser) +
            R"(,"stream":false,"format":"json","keep_alive":"2s","options":{"top_k":4,"seed":null,"x":[1]},)"
            R"("think":"low","truncate":false,"logprobs":true,"top_logprobs":2)"),
        model, "/api/chat",
        R"({"model":"there","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}],)"
        R"("stream":true,"format":"json","keep_alive":2,"options":{"top_k":4,"x":[1],"temperature":0.5},)"
        R"("think":"low","truncate":false,"logprobs":true,"top_logprobs":2})");
}

TEST(OllamaCall, PassesGenerationsOn) {
    check(
        generate(R"("prompt":"p","context":[1,2],"think":false,"keep_alive":-1)"), kOllama,
        "/api/generate",
        R"({"model":"there","prompt":"p","context":[1,2],"stream":true,"keep_alive":-1,"think":false})");
    auto model = kOllama;
    model.system = "S";
    model.go_template = "T";
    check(generate(R"("prompt":"p")"), model, "/api/generate",
          R"({"model":"there","prompt":"p","system":"S","template":"T","stream":true})");
    check(generate(R"("prompt":"p","raw":true)"), model, "/api/generate",
          R"({"model":"there","prompt":"p","raw":true,"stream":true})");
}

// native-api.md 9.3, step 4.
TEST(OllamaCall, SendsATemplateForUpstreamsStubs) {
    auto stub = kOllama;
    stub.config.remote_api.clear();
    check(generate(R"("prompt":"p")"), stub, "/api/generate",
          R"({"model":"there","prompt":"p","template":"{{ .Prompt }}","stream":true})");
}

TEST(OllamaCall, PassesTextsToEmbedOn) {
    check(*ollama::decode_embed(R"({"model":"far","input":["a","b"],"dimensions":4})"), kOllama,
          "/api/embed", R"({"model":"there","input":["a","b"],"truncate":true,"dimensions":4})");
    check(*ollama::decode_embeddings(R"({"model":"far","prompt":"a"})"), kOllama, "/api/embed",
          R"({"model":"there","input":["a"],"truncate":false})");
}

TEST(OpenAiCall, PassesChatsOn) {
    check(
        chat(kUser), kOpenAi, "/chat/completions",
        R"({"model":"there","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}})");
    check(
        chat(
            std::string(kUser) +
            R"(,"format":{"type":"object"},"think":false,"logprobs":true,"top_logprobs":2,)"
            R"("options":{"temperature":0,"num_predict":5,"repeat_penalty":1.1,"stop":["x"],"num_ctx":99})"),
        kOpenAi, "/chat/completions",
        R"({"model":"there","messages":[{"role":"user","content":"Hi"}],"logprobs":true,"top_logprobs":2,)"
        R"("stream":true,"stream_options":{"include_usage":true},"temperature":0,"stop":["x"],"repetition_penalty":1.1,"max_tokens":5,)"
        R"("response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":true}},)"
        R"("reasoning_effort":"none"})");
}

TEST(OpenAiCall, GivesToolCallsTheirIds) {
    check(
        chat(
            R"("messages":[{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}},)"
            R"({"id":"mine","function":{"name":"g","arguments":{}}}]},{"role":"tool","content":"G","tool_name":"g"},)"
            R"({"role":"tool","content":"F"}])"),
        kOpenAi, "/chat/completions",
        R"({"model":"there","messages":[{"role":"assistant","content":"","tool_calls":[)"
        R"({"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
        R"({"id":"mine","type":"function","function":{"name":"g","arguments":"{}"}}]},)"
        R"({"role":"tool","content":"G","tool_call_id":"mine"},{"role":"tool","content":"F","tool_call_id":"call_1"}],)"
        R"("stream":true,"stream_options":{"include_usage":true}})");
}

TEST(OpenAiCall, SendsImagesAsDataUrls) {
    check(
        chat(R"("messages":[{"role":"user","content":"What?","images":["QUJD"]}])"), kOpenAi,
        "/chat/completions",
        R"({"model":"there","messages":[{"role":"user","content":[{"type":"text","text":"What?"},)"
        R"({"type":"image_url","image_url":{"url":"data:image/jpeg;base64,QUJD"}}]}],)"
        R"("stream":true,"stream_options":{"include_usage":true}})");
}

TEST(OpenAiCall, AsksForGenerationsInTwoWays) {
    check(
        generate(R"("prompt":"p","system":"S")"), kOpenAi, "/chat/completions",
        R"({"model":"there","messages":[{"role":"system","content":"S"},{"role":"user","content":"p"}],)"
        R"("stream":true,"stream_options":{"include_usage":true}})");
    check(
        generate(R"("prompt":"p","suffix":"s")"), kOpenAi, "/completions",
        R"({"model":"there","prompt":"p","suffix":"s","stream":true,"stream_options":{"include_usage":true}})");
}

TEST(OpenAiCall, PassesTextsToEmbedOn) {
    check(*ollama::decode_embed(R"({"model":"far","input":"a","dimensions":4})"), kOpenAi,
          "/embeddings",
          R"({"model":"there","input":["a"],"encoding_format":"float","dimensions":4})");
}

TEST(RemoteCall, ShowsNoPrompts) {
    EXPECT_FALSE(make_call(chat(std::string(kUser) + R"(,"_debug_render_only":true)"), kOllama));
}

TEST(OpenAiCall, PassesTheChoiceOfToolsOn) {
    const auto with_use = [](wire::ToolUse use) {
        auto request = chat(
            std::string(kUser) +
            R"(,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}])");
        request.tool_use = std::move(use);
        return request;
    };
    const auto choice_of = [&](wire::ToolUse use) -> std::string {
        const auto call = make_call(with_use(std::move(use)), kOpenAi);
        if (!call) return call.error().message;
        const auto body = json::parse(call->body);
        std::string said;
        for (const auto* key : {"tool_choice", "parallel_tool_calls"}) {
            if (const auto* value = body->find(key)) said += std::string(value->raw) + ";";
        }
        return said;
    };
    using wire::ToolChoice;
    EXPECT_EQ(choice_of({}), "");
    EXPECT_EQ(choice_of({ToolChoice::required, {}, true}), R"("required";false;)");
    EXPECT_EQ(choice_of({ToolChoice::required, {"f"}, false}),
              R"({"type":"function","function":{"name":"f"}};)");
    EXPECT_EQ(choice_of({ToolChoice::automatic, {"f"}, false}),
              R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":)"
              R"([{"type":"function","function":{"name":"f"}}]}};)");
    const auto refused = make_call(with_use({ToolChoice::required, {}, false}), kOllama);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().http_status, 400);
}

}  // namespace
}  // namespace corral::api::remote
