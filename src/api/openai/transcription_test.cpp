#include "api/openai/transcription.h"

#include <gtest/gtest.h>

#include "api/common/sse.h"

namespace corral::api::openai {
namespace {

const std::vector<http::FormField> kForm = {
    {"model", "m", false}, {"file", "a sound", true}, {"temperature", "0.5", false}};

std::string refusal(std::vector<http::FormField> form, std::string_view query = {}) {
    const auto request = decode_transcription(form, query, SpeechTask::transcribe);
    return request ? "fine" : request.error().message;
}

std::string refusal_with(std::string name, std::string_view value) {
    auto form = kForm;
    form[2] = {std::move(name), value, false};
    return refusal(form);
}

TEST(Transcription, IsAChatAboutTheSound) {
    const auto request =
        decode_transcription(kForm, "language=de&prompt=Names:+Ada", SpeechTask::transcribe);
    ASSERT_TRUE(request);
    const auto& native = request->native;
    EXPECT_EQ(native.model, "m");
    EXPECT_EQ(native.options_json, R"({"temperature":0.5})");
    EXPECT_EQ(native.think, wire::Thinking::off);
    EXPECT_FALSE(request->streams());
    ASSERT_EQ(native.messages.size(), 2U);
    EXPECT_EQ(native.messages[0].role, "system");
    EXPECT_TRUE(
        native.messages[0].content.ends_with("The spoken language is de. Context: Names: Ada"));
    EXPECT_EQ(native.messages[1].images, std::vector<std::string>{"a sound"});
}

TEST(Transcription, RefusesInOrder) {
    EXPECT_EQ(refusal({}), "model is required");
    EXPECT_EQ(refusal({{"model", " ", false}}), "model is required");
    EXPECT_EQ(refusal({}, "model=m"), "file is required: http: no such file");
    EXPECT_EQ(refusal({{"model", "m", false}, {"file", "text", false}}),
              "file is required: http: no such file");
    EXPECT_EQ(refusal({{"model", "m", false}, {"file", "", true}}), "audio file is empty");
    EXPECT_EQ(refusal(kForm), "fine");
}

TEST(Transcription, RefusesWhatNeedsTimes) {
    for (const auto* fine : {"json", "text", "verbose_json"})
        EXPECT_EQ(refusal_with("response_format", fine), "fine");
    for (const auto* timed : {"srt", "vtt"}) {
        EXPECT_TRUE(refusal_with("response_format", timed)
                        .ends_with("is not supported: models tell what is said, not when"));
    }
    EXPECT_TRUE(refusal_with("response_format", "pdf").starts_with("invalid response_format"));
    EXPECT_TRUE(refusal_with("timestamp_granularities[]", "word").contains("not supported"));
    for (const auto* wrong : {"x", "-1", "2.5", "1 1", "null", "\"1\""})
        EXPECT_TRUE(refusal_with("temperature", wrong).contains("temperature must")) << wrong;
}

TEST(Transcription, Bodies) {
    TranscriptionRequest request;
    EXPECT_EQ(transcription_body(request, "Hi"), "{\"text\":\"Hi\"}\n");
    request.format = TranscriptFormat::text;
    EXPECT_EQ(transcription_body(request, "Hi"), "Hi");
    EXPECT_EQ(transcription_type(request.format), "text/plain");
    request.format = TranscriptFormat::verbose_json;
    request.seconds = 1.5;
    EXPECT_EQ(transcription_body(request, "Hi"),
              "{\"task\":\"transcribe\",\"language\":\"unknown\",\"duration\":1.5,"
              "\"text\":\"Hi\"}\n");
}

TEST(Transcription, StreamsTheTrimmedText) {
    TranscriptStream stream;
    std::string out, expected;
    for (const auto* piece : {" ", "\nHel", "lo  ", " ", "you \n", ""}) stream.piece(out, piece);
    stream.end(out, {.n_prompt = 7, .n_generated = 2});
    for (const auto* delta : {"Hel", "lo", "   you"}) {
        sse::append_data(expected, std::string(R"({"type":"transcript.text.delta","delta":")")
                                       .append(delta)
                                       .append("\"}"));
    }
    sse::append_data(expected,
                     R"({"type":"transcript.text.done","text":"Hello   you","usage":)"
                     R"({"type":"tokens","input_tokens":7,"output_tokens":2,"total_tokens":9}})");
    EXPECT_EQ(out, expected);
}

}  // namespace
}  // namespace corral::api::openai
