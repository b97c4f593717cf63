#include <gtest/gtest.h>

#include <limits>

#include "api/common/image_url.h"
#include "api/openai/chat_answer.h"
#include "api/openai/chat_request.h"
#include "api/openai/completion.h"
#include "api/openai/content.h"
#include "api/openai/embeddings.h"

namespace corral::api::openai {
namespace {

constexpr std::string_view kChunk =
    R"(data: {"id":"chatcmpl-512","object":"chat.completion.chunk","created":1790000000,)"
    R"("model":"qwen3:8b","system_fingerprint":"fp_ollama","choices":[)";

std::string chunk(std::string_view delta, std::string_view finish = "null") {
    return fmt::format("{}{{\"index\":0,\"delta\":{},\"finish_reason\":{}}}]}}\n\n", kChunk, delta,
                       finish);
}

wire::Delta text_of(std::string thinking, std::string content) {
    wire::Delta delta;
    delta.thinking = std::move(thinking);
    delta.content = std::move(content);
    return delta;
}

const ChatHead kHead{"chatcmpl-512", "qwen3:8b", 1790000000};

TEST(Precedence, AModelsOwnParametersCanGoFirst) {  // openai-anthropic-api.md 15.8
    constexpr auto kBody = R"({"model":"m","messages":[{"role":"user","content":"x"}],"top_k":3})";
    EXPECT_EQ(decode_chat(kBody)->native.options_json, R"({"temperature":1,"top_p":1,"top_k":3})");
    EXPECT_EQ(decode_chat(kBody, Precedence::model)->native.options_json, R"({"top_k":3})");
    const auto text = decode_completion(R"({"model":"m","prompt":"x"})", Precedence::model);
    EXPECT_EQ(text->first().options_json, "{}");
}

TEST(ChatStream, IsTheGoldenTrace) {  // openai-anthropic-api.md 16.1
    wire::Delta calls;
    calls.tool_calls = {{"call_9x2k4m7p", 0, "get_weather", R"({"city":"Oslo"})"}};
    ChatStream stream(kHead, 0);
    std::string out;
    stream.piece(out, text_of("User wants weather.", ""));
    stream.piece(out, text_of("", "Checking."));
    stream.piece(out, calls);
    stream.end(out, {});
    EXPECT_EQ(out, chunk(R"({"role":"assistant","content":"","reasoning":"User wants weather."})") +
                       chunk(R"({"content":"Checking."})") +
                       chunk(R"({"content":"","tool_calls":[{"id":"call_9x2k4m7p","index":0,)"
                             R"("type":"function","function":{"name":"get_weather",)"
                             R"("arguments":"{\"city\":\"Oslo\"}"}}]})") +
                       chunk("{}", R"("tool_calls")"));
    std::string usage;
    append_usage_chunk(usage, kHead,
                       {.n_prompt = 61, .n_cached = 0, .n_generated = 29, .n_thinking = 7});
    EXPECT_EQ(usage, std::string(kChunk) +
                         R"(],"usage":{"prompt_tokens":61,"completion_tokens":29,)"
                         R"("total_tokens":90,"prompt_tokens_details":{"cached_tokens":0},)"
                         R"("completion_tokens_details":{"reasoning_tokens":7}}})"
                         "\n\n");
}

TEST(ChatStream, TellsCallsInPieces) {  // 15.2
    const auto piece = [](std::int64_t index, std::string arguments) {
        wire::Delta delta;
        delta.call_pieces = {{index, fmt::format("call_{}", index), "f", std::move(arguments)}};
        return delta;
    };
    ChatStream stream(kHead, 0);
    std::string out;
    stream.piece(out, piece(1, R"({"a")"));
    stream.piece(out, piece(1, ":1}"));
    wire::Delta whole;
    whole.tool_calls = {{"call_1", 1, "f", R"({"a":1})"}};
    stream.piece(out, whole);
    whole.tool_calls = {{"call_2", 2, "f", "{}"}};
    stream.piece(out, whole);
    stream.end(out, {});
    EXPECT_EQ(out, chunk(R"({"role":"assistant","content":"","tool_calls":[{"id":"call_1",)"
                         R"("index":1,"type":"function","function":{"name":"f",)"
                         R"("arguments":"{\"a\""}}]})") +
                       chunk(R"({"content":"","tool_calls":[{"index":1,)"
                             R"("function":{"arguments":":1}"}}]})") +
                       chunk(R"({"content":"","tool_calls":[{"id":"call_2","index":2,)"
                             R"("type":"function","function":{"name":"f","arguments":"{}"}}]})") +
                       chunk("{}", R"("tool_calls")"));
}

TEST(ChatStream, PutsThinkingAndTextIntoChunksOfTheirOwn) {
    ChatStream stream(kHead, 0);
    std::string out;
    stream.piece(out, text_of("Hm.", "Checking."));
    EXPECT_EQ(out, chunk(R"({"role":"assistant","reasoning":"Hm."})") +
                       chunk(R"({"content":"Checking."})"));
}

TEST(ChatStream, HasARoleEvenWithoutText) {
    ChatStream stream(kHead, 0);
    std::string out;
    wire::Done done;
    done.reason = wire::DoneReason::length;
    stream.end(out, done);
    EXPECT_EQ(out, chunk(R"({"role":"assistant","content":""})") + chunk("{}", R"("length")"));
}

TEST(FinishReason, OfALimitGoesBeforeThatOfACall) {  // 4.5, 17
    using enum wire::DoneReason;
    EXPECT_EQ(finish_reason(stop, false), "stop");
    EXPECT_EQ(finish_reason(stop, true), "tool_calls");
    EXPECT_EQ(finish_reason(length, true), "length");
    EXPECT_EQ(finish_reason(context_full, false), "length");
}

TEST(ChatRequest, PutsOptionsInLayers) {  // 2.4
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", R"({"temperature":1,"top_p":1})"},
        {R"(,"temperature":0.5,"seed":7,"max_tokens":9,"stop":"x")",
         R"({"temperature":1,"top_p":1,"seed":7,"temperature":0.5,"num_predict":9,"stop":["x"]})"},
        {R"(,"options":{"num_ctx":64,"top_p":0.25},"repetition_penalty":1.25)",
         R"({"temperature":1,"top_p":1,"num_ctx":64,"top_p":0.25,"repeat_penalty":1.25})"},
        {R"(,"max_tokens":9,"max_completion_tokens":4)",
         R"({"temperature":1,"top_p":1,"num_predict":4})"},
    };
    for (const auto& [fields, options] : rows) {
        const auto request = decode_chat(fmt::format(
            R"({{"model":"m","messages":[{{"role":"user","content":"a"}}]{}}})", fields));
        ASSERT_TRUE(request) << fields;
        EXPECT_EQ(request->native.options_json, options);
        EXPECT_FALSE(request->native.streams());
    }
}

TEST(ChatRequest, LimitsThoughts) {  // 15.4
    const auto options = [](std::string_view more) {
        const auto request = decode_chat(fmt::format(
            R"({{"model":"m","messages":[{{"role":"user","content":"x"}}],{}}})", more));
        return request ? request->native.options_json : request.error().message;
    };
    EXPECT_TRUE(
        options(R"("thinking":{"type":"enabled","budget_tokens":5})").contains(R"("num_think":5)"));
    EXPECT_TRUE(
        options(R"("num_think":7,"thinking":{"budget_tokens":5})").contains(R"("num_think":7)"));
    EXPECT_EQ(options(R"("thinking":{"budget_tokens":-5})"),
              "thinking.budget_tokens must not be negative");
}

TEST(ChatRequest, CountsTheSeedOnForItsChoices) {
    const auto request =
        decode_chat(R"({"model":"m","messages":[{"role":"user","content":"a"}],"n":2,"seed":5})");
    ASSERT_TRUE(request);
    const auto choices = request->choices();
    ASSERT_EQ(choices.size(), 2U);
    EXPECT_TRUE(choices[1].options_json.ends_with(R"("seed":6})")) << choices[1].options_json;
}

TEST(ChatRequest, KeepsPartsTogether) {  // 15.2, 16.4
    const auto request = decode_chat(
        R"({"model":"m","messages":[
            {"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
            {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[
                {"id":"1","function":{"name":"f","arguments":"{\"x\": 12345678901234567}"}}]},
            {"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"r"}]},
            {"role":"user","content":[{"type":"text","text":"Hi"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]}]})");
    ASSERT_TRUE(request) << request.error().message;
    const auto& messages = request->native.messages;
    ASSERT_EQ(messages.size(), 4U);
    EXPECT_EQ(messages[0].role, "system");
    EXPECT_EQ(messages[0].content, "a\nb");
    EXPECT_EQ(messages[1].thinking, "hm");
    EXPECT_EQ(messages[1].tool_calls[0].arguments_json, R"({"x":12345678901234567})");
    EXPECT_EQ(messages[2].tool_name, "f");
    EXPECT_EQ(messages[2].tool_call_id, "1");
    EXPECT_EQ(messages[3].content, "Hi");
    EXPECT_EQ(messages[3].images, std::vector<std::string>{"hi"});
}

TEST(ChatRequest, KeepsTheWholeSchemaOfTools) {  // 15.2
    const auto request = decode_chat(
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function",)"
        R"("function":{"strict":true,"name":"f","parameters":{"type":"object","properties":)"
        R"({"a":{"type":"integer","minimum":1.50}},"additionalProperties":false}}}]})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->native.tools_json,
              R"([{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
              R"("properties":{"a":{"type":"integer","minimum":1.5}},)"
              R"("additionalProperties":false},"strict":true}}])");
    const auto bad = decode_chat(
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function",)"
        R"("function":{"name":"f","parameters":{"type":5}}}]})");
    EXPECT_FALSE(bad);
}

TEST(LegacyFunctions, AreTools) {  // 15.2
    const auto with = [](std::string_view more) {
        return decode_chat(fmt::format(
            R"({{"model":"m","messages":[{{"role":"user","content":"x"}},{{"role":"assistant",)"
            R"("content":null,"function_call":{{"name":"f","arguments":"{{}}"}}}},{{"role":"function",)"
            R"("name":"f","content":"r"}}],"functions":[{{"name":"f","description":"d"}}]{}}})",
            more));
    };
    const auto request = with("");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_TRUE(request->has_functions);
    EXPECT_TRUE(request->native.tools_json.starts_with(
        R"([{"type":"function","function":{"name":"f","description":"d")"));
    EXPECT_TRUE(request->native.tool_use.one_call);
    EXPECT_EQ(request->native.messages[1].tool_calls[0].name, "f");
    EXPECT_EQ(request->native.messages[2].role, "tool");
    EXPECT_EQ(request->native.messages[2].tool_name, "f");
    EXPECT_EQ(with(R"(,"function_call":"none")")->native.tools_json, "");
    EXPECT_EQ(with(R"(,"function_call":{"name":"f"})")->native.tool_use,
              (wire::ToolUse{wire::ToolChoice::required, {"f"}, true}));
    EXPECT_FALSE(with(R"(,"function_call":"f")"));
    EXPECT_FALSE(with(R"(,"function_call":{"name":"g"})"));
    const auto tools = with(R"(,"tools":[{"type":"function","function":{"name":"t"}}])");
    EXPECT_FALSE(tools->has_functions) << "tools go first";
}

TEST(LegacyFunctions, AreCalledInTheirForm) {
    ChatHead head = kHead;
    head.has_functions = true;
    wire::Delta calls;
    calls.tool_calls = {{"call_1", 0, "f", R"({"a":1})"}};
    ChatStream stream(head, 0);
    std::string out;
    stream.piece(out, calls);
    stream.end(out, {});
    EXPECT_EQ(out, chunk(R"({"role":"assistant","content":"","function_call":{"name":"f",)"
                         R"("arguments":"{\"a\":1}"}})") +
                       chunk("{}", R"("function_call")"));
    EXPECT_NE(chat_body(head, {{calls, "function_call"}}, {})
                  .find(R"("content":"","function_call":{"name":"f","arguments":"{\"a\":1}"},)"),
              std::string::npos);
}

TEST(ImageUrl, IsBase64OfAnImage) {  // 4.4, 15.2
    EXPECT_EQ(decode_image_url("data:image/png;base64,aGk=").value(), "hi");
    EXPECT_EQ(decode_image_url("DATA:image/GIF;charset=x;base64,aGk=").value(), "hi");
    EXPECT_EQ(decode_image_url("data:;base64,aGk=").value(), "hi");
    EXPECT_EQ(awaited_url(decode_image_url("https://a/x.png").value()), "https://a/x.png");
    EXPECT_EQ(awaited_url("hi"), std::nullopt);
    for (const char* url : {"", "aGk=", "data:image/png;base64", "data:video/mp4;base64,aGk="})
        EXPECT_EQ(decode_image_url(url).error().message, "invalid image input") << url;
}

TEST(EmbeddingsAnswer, HasTheSpecsBase64) {  // 6
    EmbeddingsRequest request;
    request.native.model = "m";
    request.base64 = true;
    EXPECT_NE(embeddings_body(request, {{0.1F, -0.2F, 0.3F}, 3, 3, 0})
                  .find(R"("embedding":"zczMPc3MTL6amZk+")"),
              std::string::npos);
    EXPECT_NE(embeddings_body(request, {{0.1F, 0.2F}, 2, 3, 0}).find(R"("zczMPc3MTD4=")"),
              std::string::npos);
    request.base64 = false;
    EXPECT_EQ(embeddings_body(request, {{0.6F, 0.8F}, 2, 3, 0}),
              R"({"object":"list","data":[{"object":"embedding","embedding":[0.6,0.8],"index":0}],)"
              R"("model":"m","usage":{"prompt_tokens":3,"total_tokens":3}})"
              "\n");
}

TEST(CompletionRequest, HasAChoiceForEveryPrompt) {  // 15.7
    const auto request = decode_completion(R"({"model":"m","prompt":["a","b"],"n":2})");
    ASSERT_TRUE(request);
    ASSERT_EQ(request->choices.size(), 4U);
    EXPECT_EQ(request->choices[1].prompt, "a");
    EXPECT_EQ(request->choices[2].prompt, "b");
    EXPECT_FALSE(request->first().streams());
    EXPECT_EQ(request->first().think, wire::Thinking::off);
}

TEST(CompletionRequest, TakesNoTopPForAll) {  // 5
    const auto options = [](std::string_view top_p) {
        return decode_completion(fmt::format(R"({{"model":"m","prompt":"x","top_p":{}}})", top_p))
            ->first()
            .options_json;
    };
    EXPECT_TRUE(options("0.0").contains(R"("top_p":1,)"));
    EXPECT_TRUE(options("0.5").contains(R"("top_p":0.5)"));
}

TEST(CompletionRequest, TakesTokens) {  // 15.7
    using Tokens = std::vector<std::int64_t>;
    const auto one = decode_completion(R"({"model":"m","prompt":[1,2]})");
    ASSERT_TRUE(one);
    ASSERT_EQ(one->choices.size(), 1U);
    EXPECT_EQ(one->first().prompt_tokens, (Tokens{1, 2}));
    EXPECT_FALSE(one->first().only_loads());
    const auto two = decode_completion(R"({"model":"m","prompt":[[1],[2,3]]})");
    ASSERT_TRUE(two);
    ASSERT_EQ(two->choices.size(), 2U);
    EXPECT_EQ(two->choices[1].prompt_tokens, (Tokens{2, 3}));
    for (const auto* prompt : {R"([1,"a"])", "[[1.5]]", R"(["a",1])", "{}"})
        EXPECT_FALSE(decode_completion(fmt::format(R"({{"model":"m","prompt":{}}})", prompt)))
            << prompt;
}

TEST(CompletionRequest, TellsItsPromptRaw) {  // 15.7
    const auto request = decode_completion(R"({"model":"m","prompt":"a","echo":true})");
    ASSERT_TRUE(request);
    EXPECT_TRUE(request->first().echo);
    EXPECT_TRUE(request->first().raw);
    EXPECT_EQ(request->first().truncate, false);
    for (const auto* more : {R"("echo":true,"suffix":"b")", R"("n":2,"best_of":3)"})
        EXPECT_FALSE(decode_completion(fmt::format(R"({{"model":"m","prompt":"a",{}}})", more)))
            << more;
    EXPECT_TRUE(decode_completion(R"({"model":"m","prompt":"a","n":2,"best_of":2})"));
}

TEST(CompletionAnswer, HasNoProbabilityWhereNothingCameBefore) {
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    const CompletionHead head{"cmpl-1", "m", [] { return std::int64_t{7}; }};
    CompletionChoice choice{.text = "ab"};
    choice.logprobs.push_back({{"a", nothing}, {}});
    choice.logprobs.push_back({{"b", -0.5}, {}});
    choice.logprobs.back().top.push_back({"c", -0.25});
    EXPECT_NE(completion_body(head, {choice}, {})
                  .find(R"("logprobs":{"tokens":["a","b"],"token_logprobs":[null,-0.5],)"
                        R"("top_logprobs":[null,{"c":-0.25}],"text_offset":[0,1]})"),
              std::string::npos);
}

TEST(EmbeddingsRequest, TakesTokensWhereItMay) {  // 15.7
    const auto input = [](std::string_view text, TokenInput takes) {
        return decode_embeddings(fmt::format(R"({{"model":"m","input":{}}})", text), takes);
    };
    using Texts = std::vector<std::vector<std::int64_t>>;
    EXPECT_EQ(input("[1,2]", TokenInput::taken)->native.token_texts, (Texts{{1, 2}}));
    EXPECT_EQ(input("[[1],[2,3]]", TokenInput::taken)->native.token_texts, (Texts{{1}, {2, 3}}));
    EXPECT_EQ(input(R"(["a"])", TokenInput::taken)->native.texts, std::vector<std::string>{"a"});
    for (const auto* text : {R"([1,"a"])", "[[1],2]", "[1.5]", R"(["a",1])", "[[[1]]]"})
        EXPECT_EQ(input(text, TokenInput::taken).error().message, "invalid input type") << text;
    EXPECT_FALSE(input("[1]", TokenInput::refused));
}

}  // namespace
}  // namespace corral::api::openai
