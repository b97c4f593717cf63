#include "api/anthropic/answer.h"

#include <gtest/gtest.h>

#include "api/anthropic/errors.h"

namespace corral::api::anthropic {
namespace {

const MessageHead kHead{"msg_0a1b2c3d4e5f60718293a4b5", "qwen3:8b", {"END"}};

wire::Delta piece_of(std::string thinking, std::string content) {
    wire::Delta delta;
    delta.thinking = std::move(thinking);
    delta.content = std::move(content);
    return delta;
}
wire::Delta call_of(std::string id) {
    wire::Delta delta;
    delta.tool_calls = {{std::move(id), 0, "get_weather", R"({"city":"Oslo"})"}};
    return delta;
}
wire::Done done_of(wire::DoneReason reason, std::string stop_text = {}) {
    wire::Done done;
    done.reason = reason;
    done.timings.n_prompt = 61;
    done.timings.n_prompt_cached = 11;
    done.timings.n_generated = 29;
    done.stop_text = std::move(stop_text);
    return done;
}
std::string event(std::string_view type, std::string_view rest) {
    return fmt::format("event: {0}\ndata: {{\"type\":\"{0}\"{1}}}\n\n", type, rest);
}

TEST(MessageStream, IsTheGoldenTrace) {  // openai-anthropic-api.md 16.3, with what 15.4 adds
    MessageStream stream(kHead);
    std::string out;
    auto first = piece_of("The user wants weather.", "");
    first.n_prompt = 61;
    first.n_prompt_cached = 11;
    stream.piece(out, first);
    stream.piece(out, piece_of("", "Let me check."));
    stream.piece(out, call_of("call_9x2k4m7p"));
    stream.end(out, done_of(wire::DoneReason::stop));
    EXPECT_EQ(
        out,
        event(
            "message_start",
            R"(,"message":{"id":"msg_0a1b2c3d4e5f60718293a4b5","type":"message","role":"assistant",)"
            R"("model":"qwen3:8b","content":[],"stop_reason":null,"stop_sequence":null,)"
            R"("usage":{"input_tokens":50,"cache_creation_input_tokens":0,)"
            R"("cache_read_input_tokens":11,"output_tokens":0}})") +
            event("ping", "") +
            event(
                "content_block_start",
                R"(,"index":0,"content_block":{"type":"thinking","thinking":"","signature":""})") +
            event(
                "content_block_delta",
                R"(,"index":0,"delta":{"type":"thinking_delta","thinking":"The user wants weather."})") +
            event("content_block_delta",
                  R"(,"index":0,"delta":{"type":"signature_delta","signature":"Y29ycmFs"})") +
            event("content_block_stop", R"(,"index":0)") +
            event("content_block_start",
                  R"(,"index":1,"content_block":{"type":"text","text":""})") +
            event("content_block_delta",
                  R"(,"index":1,"delta":{"type":"text_delta","text":"Let me check."})") +
            event("content_block_stop", R"(,"index":1)") +
            event("content_block_start",
                  R"(,"index":2,"content_block":{"type":"tool_use","id":"call_9x2k4m7p",)"
                  R"("name":"get_weather","input":{}})") +
            event(
                "content_block_delta",
                R"(,"index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":\"Oslo\"}"})") +
            event("content_block_stop", R"(,"index":2)") +
            event("message_delta", R"(,"delta":{"stop_reason":"tool_use","stop_sequence":null},)"
                                   R"("usage":{"input_tokens":50,"cache_creation_input_tokens":0,)"
                                   R"("cache_read_input_tokens":11,"output_tokens":29})") +
            event("message_stop", ""));
}

TEST(MessageStream, LosesNoBlock) {
    MessageStream stream(kHead);
    std::string out;
    stream.piece(out, wire::Delta{});
    EXPECT_EQ(out, "");
    stream.piece(out, piece_of("a", "b"), 7);
    EXPECT_NE(out.find(R"("input_tokens":7,)"), std::string::npos);
    stream.piece(out, piece_of("c", ""));
    stream.piece(out, call_of("1"));
    stream.piece(out, call_of("2"));
    stream.piece(out, piece_of("", "d"));
    stream.end(out, done_of(wire::DoneReason::length));
    std::size_t n_blocks = 0;
    for (std::size_t at = 0; (at = out.find("event: content_block_stop", at)) != std::string::npos;
         ++at)
        ++n_blocks;
    EXPECT_EQ(n_blocks, 6U);
    EXPECT_NE(out.find(R"("index":5,"delta":{"type":"text_delta","text":"d"})"), std::string::npos);
}

wire::Delta call_piece(std::int64_t index, std::string arguments) {
    wire::Delta delta;
    delta.call_pieces = {{index, "call_" + std::to_string(index), "f", std::move(arguments)}};
    return delta;
}

TEST(MessageStream, TellsCallsInPieces) {  // 15.4
    MessageStream stream(kHead);
    std::string out;
    stream.piece(out, call_piece(0, R"({"a")"));
    const auto started = out.size();
    stream.piece(out, call_piece(0, ":1}"));
    stream.piece(out, call_piece(1, "{"));
    auto last = call_piece(1, "}");
    last.tool_calls = {{"call_0", 0, "f", R"({"a":1})"}, {"call_1", 1, "f", "{}"}};
    stream.piece(out, last);
    stream.end(out, done_of(wire::DoneReason::stop));
    const auto more = [](int index, std::string_view json) {
        return event(
            "content_block_delta",
            fmt::format(R"(,"index":{},"delta":{{"type":"input_json_delta","partial_json":"{}"}})",
                        index, json));
    };
    const auto stop = [](int index) {
        return event("content_block_stop", fmt::format(R"(,"index":{})", index));
    };
    EXPECT_TRUE(out.substr(0, started)
                    .ends_with(event("content_block_start",
                                     R"(,"index":0,"content_block":{"type":"tool_use",)"
                                     R"("id":"call_0","name":"f","input":{}})") +
                               more(0, R"({\"a\")")));
    EXPECT_TRUE(out.substr(started).starts_with(
        more(0, ":1}") + stop(0) +
        event("content_block_start", R"(,"index":1,"content_block":{"type":"tool_use",)"
                                     R"("id":"call_1","name":"f","input":{}})") +
        more(1, "{") + more(1, "}") + stop(1) + "event: message_delta\n"));
    EXPECT_TRUE(out.contains(R"("stop_reason":"tool_use")"));
}

TEST(MessageStream, ACallThatIsCutOffWasNotMade) {
    MessageStream stream(kHead);
    std::string out;
    stream.piece(out, call_piece(0, R"({"a")"));
    stream.end(out, done_of(wire::DoneReason::length));
    EXPECT_TRUE(out.contains("event: content_block_stop"));
    EXPECT_TRUE(out.contains(R"("stop_reason":"max_tokens")"));
}

TEST(MessageStream, OfNothingIsWholeToo) {
    MessageStream stream(kHead);
    std::string out;
    stream.end(out, done_of(wire::DoneReason::stop));
    EXPECT_TRUE(out.starts_with("event: message_start\n"));
    EXPECT_TRUE(out.ends_with("data: {\"type\":\"message_stop\"}\n\n"));
}

TEST(MessageBody, HasTheBlocks) {  // 10.5, 15.4
    auto answer = piece_of("2+2", "4");
    answer.tool_calls = {{"c1", 0, "f", ""}};
    EXPECT_EQ(
        message_body(kHead, answer, done_of(wire::DoneReason::length)),
        R"({"id":"msg_0a1b2c3d4e5f60718293a4b5","type":"message","role":"assistant","model":"qwen3:8b",)"
        R"("content":[{"type":"thinking","thinking":"2+2","signature":"Y29ycmFs"},)"
        R"({"type":"text","text":"4"},{"type":"tool_use","id":"c1","name":"f","input":{}}],)"
        R"("stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":50,)"
        R"("cache_creation_input_tokens":0,"cache_read_input_tokens":11,"output_tokens":29}})"
        "\n");
}

TEST(MessageBody, TellsWhyItEnded) {
    const auto ends = [](const wire::Done& done) {
        const auto body = message_body(kHead, {}, done);
        const auto begin = body.find("\"content\":");
        return body.substr(begin, body.find(",\"usage\"") - begin);
    };
    using enum wire::DoneReason;
    EXPECT_EQ(ends(done_of(stop)), R"("content":[],"stop_reason":"end_turn","stop_sequence":null)");
    EXPECT_EQ(ends(done_of(length)),
              R"("content":[],"stop_reason":"max_tokens","stop_sequence":null)");
    EXPECT_EQ(ends(done_of(context_full)),
              R"("content":[],"stop_reason":"model_context_window_exceeded","stop_sequence":null)");
    EXPECT_EQ(ends(done_of(stop, "END")),
              R"("content":[],"stop_reason":"stop_sequence","stop_sequence":"END")");
    EXPECT_EQ(ends(done_of(stop, "<|im_end|>")),
              R"("content":[],"stop_reason":"end_turn","stop_sequence":null)");
}

TEST(AnthropicErrors, HaveTypes) {  // 3.2, 15.1
    EXPECT_EQ(error_body(404, "model 'nope' not found", "req_1"),
              R"({"type":"error","error":{"type":"not_found_error","message":)"
              R"("model 'nope' not found"},"request_id":"req_1"})");
    const std::pair<int, std::string_view> kTypes[] = {{400, "invalid_request_error"},
                                                       {401, "authentication_error"},
                                                       {403, "permission_error"},
                                                       {429, "rate_limit_error"},
                                                       {500, "api_error"},
                                                       {503, "overloaded_error"},
                                                       {529, "overloaded_error"},
                                                       {501, "api_error"}};
    for (const auto& [status, type] : kTypes)
        EXPECT_NE(error_body(status, "m", "r").find(type), std::string::npos) << status;
    EXPECT_EQ(error_details({ErrorCode::invalid, "m", {}, 400}), "");
    EXPECT_EQ(error_body(400, "m", "r", error_details(no_threads())),
              R"({"type":"error","error":{"type":"invalid_request_error","message":"m","details":)"
              R"({"error_code":"thread_unsupported_request","unsupported":["thread"]}},)"
              R"("request_id":"r"})");
    std::string out;
    append_error_event(out, "gone", "req_1");
    EXPECT_EQ(out, event("error",
                         R"(,"error":{"type":"api_error","message":"gone"},"request_id":"req_1")"));
}

TEST(CountBody, IsANumber) {
    EXPECT_EQ(count_body(12), "{\"input_tokens\":12}\n");
    ollama::ChatRequest request;
    EXPECT_EQ(estimated_tokens(request), 1);
    request.messages.push_back({.role = "user", .content = "sixteen letters."});
    EXPECT_EQ(estimated_tokens(request), 5);
}

}  // namespace
}  // namespace corral::api::anthropic
