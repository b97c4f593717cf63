#include "api/ollama/answer.h"

#include <gtest/gtest.h>

namespace corral::api::ollama {
namespace {

using namespace std::chrono_literals;

const TimePoint kCreated =
    TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 8 / 1)) + 10h + 100ms;

template <class Write>
std::string written(Write write) {
    std::string out;
    write(out);
    return out;
}

std::string piece(AnswerRoute route, const wire::Delta& delta) {
    return written([&](auto& out) { AnswerWriter(route, "m").piece(out, delta, kCreated); });
}

std::string end(AnswerRoute route, const wire::Delta& rest, const wire::Done& done,
                AnswerTimes times = {}) {
    return written(
        [&](auto& out) { AnswerWriter(route, "m").end(out, rest, done, times, kCreated); });
}

TEST(AnswerWriter, WritesPieces) {  // native-api.md 8.5, 8.6
    EXPECT_EQ(
        piece(AnswerRoute::generate, {.content = "Hel"}),
        R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","response":"Hel","done":false})");
    EXPECT_EQ(piece(AnswerRoute::chat, {.content = "<b>"}),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"assistant",)"
              R"("content":"\u003cb\u003e"},"done":false})");
    EXPECT_EQ(piece(AnswerRoute::chat, {.thinking = "Let"}),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"assistant",)"
              R"("content":"","thinking":"Let"},"done":false})");
}

TEST(AnswerWriter, WritesTheFinalObjectInUpstreamsKeyOrder) {  // native-api.md 5.8 to 5.10, 13.1
    wire::Delta rest;
    rest.thinking = "t";
    rest.tool_calls.push_back({"call_1", 0, "f", R"({"b":1})"});
    auto& logprob = rest.logprobs.emplace_back();
    logprob.chosen = {"é", -0.5};
    logprob.top = {{"é", -0.5}, {"", -2}};
    wire::Done done;
    done.context = {128006, 882};
    done.timings = {12, 10, 0, 3, 0, 23000000, 45000000};
    const std::string logprobs =
        R"("logprobs":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[)"
        R"({"token":"é","logprob":-0.5,"bytes":[195,169]},{"token":"","logprob":-2}]}])";
    const std::string calls =
        R"("tool_calls":[{"id":"call_1","function":{"index":0,"name":"f","arguments":{"b":1}}}])";
    const std::string metrics =
        R"("total_duration":812345678,"load_duration":1234567,"prompt_eval_count":12,)"
        R"("prompt_eval_duration":23000000,"eval_count":3,"eval_duration":45000000)";
    const AnswerTimes times{812345678ns, 1234567ns};
    EXPECT_EQ(end(AnswerRoute::generate, rest, done, times),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","response":"","thinking":"t",)"
              R"("done":true,"done_reason":"stop","context":[128006,882],)" +
                  metrics + "," + calls + "," + logprobs + "}");
    EXPECT_EQ(end(AnswerRoute::chat, rest, done, times),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"assistant",)"
              R"("content":"","thinking":"t",)" +
                  calls + R"(},"done":true,"done_reason":"stop",)" + logprobs + "," + metrics +
                  "}");
}

TEST(AnswerWriter, LeavesZeroMetricsOutAndTellsOfDroppedTokens) {  // native-api.md 5.10
    wire::Done done;
    done.reason = wire::DoneReason::length;
    done.timings.n_prompt_dropped = 7;
    EXPECT_EQ(end(AnswerRoute::generate, {}, done),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","response":"","done":true,)"
              R"("done_reason":"length","prompt_tokens_dropped":7})");
}

TEST(AnswerWriter, WritesLoadAndUnloadReplies) {  // native-api.md 6.2, 6.3
    EXPECT_EQ(written([](auto& out) {
                  AnswerWriter(AnswerRoute::generate, "m").bare(out, "unload", kCreated);
              }),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","response":"","done":true,)"
              R"("done_reason":"unload"})");
    EXPECT_EQ(written([](auto& out) {
                  AnswerWriter(AnswerRoute::chat, "m").bare(out, "load", kCreated);
              }),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"assistant",)"
              R"("content":""},"done":true,"done_reason":"load"})");
}

TEST(AnswerWriter, WritesRenderedPrompts) {  // native-api.md 8.5, 8.6
    EXPECT_EQ(written([](auto& out) {
                  AnswerWriter(AnswerRoute::generate, "m").rendered(out, "<p>", 1, kCreated);
              }),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","response":"","done":false,)"
              R"("_debug_info":{"rendered_template":"\u003cp\u003e","image_count":1}})");
    EXPECT_EQ(written([](auto& out) {
                  AnswerWriter(AnswerRoute::chat, "m").rendered(out, "p", 0, kCreated);
              }),
              R"({"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"",)"
              R"("content":""},"done":false,"_debug_info":{"rendered_template":"p"}})");
}

TEST(AppendDelta, ConcatenatesAnAnswer) {  // native-api.md 8.6
    wire::Delta answer;
    append_delta(answer, {.content = "a", .thinking = "x"});
    append_delta(answer, {.content = "b", .tool_calls = {{"", 0, "f", "{}"}}});
    EXPECT_EQ(answer.content, "ab");
    EXPECT_EQ(answer.thinking, "x");
    EXPECT_EQ(answer.tool_calls.size(), 1U);
    EXPECT_FALSE(is_worth_a_line({.tool_calls = {{"", 0, "f", "{}"}}}));
    EXPECT_TRUE(is_worth_a_line({.content = " "}));
}

}  // namespace
}  // namespace corral::api::ollama
