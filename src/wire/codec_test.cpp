#include "wire/codec.h"

#include <gtest/gtest.h>

#include <limits>

namespace corral::wire {
namespace {

std::span<const char> payload_of(const std::string& frame) {
    return std::span<const char>(frame).subspan(kFrameHeaderBytes);
}

// Encoding is a function of the fields alone, so equal frames mean equal messages.
void check_round_trip(const ToRunner& message) {
    const std::string frame = encode(message).value();
    EXPECT_EQ(frame_length(frame).value(), payload_of(frame).size());
    const auto decoded = decode_to_runner(payload_of(frame));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->id, message.id);
    EXPECT_EQ(decoded->body.index(), message.body.index());
    EXPECT_EQ(encode(*decoded).value(), frame);
}

void check_round_trip(const FromRunner& message) {
    const std::string frame = encode(message).value();
    const auto decoded = decode_from_runner(payload_of(frame));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->id, message.id);
    EXPECT_EQ(decoded->body.index(), message.body.index());
    EXPECT_EQ(encode(*decoded).value(), frame);
}

Generate sample_chat() {
    ChatPrompt prompt;
    prompt.context = {1, -5, std::numeric_limits<std::int32_t>::max()};
    prompt.messages.push_back({"user", "hi \xC3\xA9", "hm", {std::string("\0\1", 2)}, {}, "", ""});
    prompt.messages.push_back({"assistant", "", "", {}, {{"id", 3, "f", "{\"a\":1}"}}, "t", "c"});
    prompt.tools_json = "[]";
    prompt.tool_use = {ToolChoice::required, {"f"}, true};
    prompt.template_override = "{{ x }}";
    Generate generate;
    generate.prompt = prompt;
    generate.sampling.stop = {"a", ""};
    generate.sampling.seed = std::numeric_limits<std::int64_t>::min();
    generate.sampling.temperature = 0.25F;
    generate.format = {Format::Kind::schema, "{}"};
    generate.thinking = Thinking::max;
    generate.shift = false;
    generate.top_logprobs = 20;
    return generate;
}

Load sample_load() {
    Load load;
    load.model_path = "/m/blob";
    load.projector_paths = {"/p"};
    load.adapter_paths = {"/a", "/b"};
    load.options.num_ctx = 4096;
    load.options.main_gpu = 0;
    load.options.use_mmap = false;
    load.flash_attention = true;
    load.embedding = true;
    load.vocabulary_only = true;
    return load;
}

TEST(Codec, RoundTripsWhatTheServerSends) {
    check_round_trip(ToRunner{0, sample_load()});
    check_round_trip(ToRunner{1, sample_chat()});
    Generate text;
    text.prompt = TextPrompt{{7, 8}, "once", {"image"}};
    text.echo = true;
    check_round_trip(ToRunner{std::numeric_limits<std::uint64_t>::max(), text});
    check_round_trip(ToRunner{9, Cancel{}});
    check_round_trip(ToRunner{0, Drain{}});
}

TEST(Codec, RoundTripsWhatTheRunnerSends) {
    check_round_trip(FromRunner{0, Loading{0.5F}});
    check_round_trip(FromRunner{0, Loaded{4096, 8192, 8, 1LL << 40, 0}});
    Delta delta{
        "text", "thought", {{"i", 0, "n", "{}"}}, {{{"t", -0.5}, {{"t", -0.5}, {"u", -3}}}}};
    check_round_trip(FromRunner{5, delta});
    Done done{DoneReason::length, {10, 4, 0, 20, 1'000'000'000, -1}, {1, 2, 3}, "prompt", "stop",
              {"a", "\xE2"}};
    check_round_trip(FromRunner{5, done});
    check_round_trip(FromRunner{5, Failed{ErrorCode::no_memory, "too big", 500}});
    check_round_trip(FromRunner{5, Embedded{{0.5F, -1e-30F, 3.0F, 0.0F}, 2, 9, 1}});
    check_round_trip(FromRunner{5, Embedded{}});
}

TEST(Codec, KeepsEveryField) {
    const auto decoded =
        decode_to_runner(payload_of(encode(ToRunner{1, sample_chat()}).value())).value();
    const auto& generate = std::get<Generate>(decoded.body);
    EXPECT_EQ(generate.sampling, sample_chat().sampling);
    EXPECT_EQ(generate.format, sample_chat().format);
    EXPECT_EQ(generate.thinking, Thinking::max);
    EXPECT_FALSE(generate.shift);
    EXPECT_TRUE(generate.truncate);
    const auto& prompt = std::get<ChatPrompt>(generate.prompt);
    EXPECT_EQ(prompt.messages, std::get<ChatPrompt>(sample_chat().prompt).messages);
    EXPECT_EQ(prompt.context, std::get<ChatPrompt>(sample_chat().prompt).context);
}

TEST(Codec, KeepsTextsAndVectors) {
    Embed embed{{"a", "", "\xC3\xA9"},
                {{1, 2}, {}, {-1}},
                std::optional<std::string>("q"),
                510,
                2048,
                false,
                128,
                true};
    const auto asked = decode_to_runner(payload_of(encode(ToRunner{7, embed}).value())).value();
    EXPECT_EQ(std::get<Embed>(asked.body), embed);
    const std::vector<float> values{1.0F, -2.5F, std::numeric_limits<float>::denorm_min()};
    const auto answer =
        decode_from_runner(payload_of(encode(FromRunner{7, Embedded{values, 3, 5, 0}}).value()))
            .value();
    EXPECT_EQ(std::get<Embedded>(answer.body).values, values);
    EXPECT_EQ(std::get<Embedded>(answer.body).width, 3);
    EXPECT_EQ(std::get<Embedded>(answer.body).n_tokens, 5);
}

TEST(Codec, FrameIsLengthThenPayload) {
    const std::string frame = encode(ToRunner{1, Cancel{}}).value();
    EXPECT_EQ(frame, std::string("\x02\0\0\0\x02\x02", 6));
}

void check_refused(const std::string& payload, const std::string& why) {
    const auto decoded = decode_to_runner(payload);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, ErrorCode::corrupt);
    EXPECT_NE(decoded.error().message.find(why), std::string::npos) << decoded.error().message;
}

TEST(Codec, RefusesHostileBytes) {
    check_refused("", "cut off");
    check_refused(std::string("\x02\x07", 2), "alternative");
    check_refused(std::string("\x02\x02\x00", 3), "after the message");
    // A model path of 2^60 bytes.
    check_refused(std::string("\0\0\x80\x80\x80\x80\x80\x80\x80\x80\x10", 11), "count");
    check_refused("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", "64 bits");
    check_refused("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "64 bits");
}

TEST(Codec, RefusesValuesOutsideTheirType) {
    const auto refused = [](const std::string& payload, const std::string& why) {
        const auto decoded = decode_from_runner(payload);
        ASSERT_FALSE(decoded);
        EXPECT_NE(decoded.error().message.find(why), std::string::npos) << decoded.error().message;
    };
    refused(std::string("\0\4\x0A\0\0", 5), "enumeration");  // Failed with error code 10
    refused(std::string("\0\3\3", 3), "enumeration");        // Done with reason 3
    refused(std::string("\0\5\2\0\0\0\0\0\0", 9), "count");  // Embedded: 2 floats in 6 bytes
    refused(std::string("\0\4\0\0\x80\x80\x80\x80\x10", 9), "range");  // http_status of 2^31
    const auto decoded = decode_to_runner(std::string("\0\0\0\0\0\0\0\0\2", 9));  // optional of 2
    ASSERT_FALSE(decoded);
    EXPECT_NE(decoded.error().message.find("truth"), std::string::npos) << decoded.error().message;
}

TEST(Codec, RefusesEveryPrefixOfAMessage) {
    for (const std::string& frame :
         {encode(ToRunner{1, sample_chat()}).value(), encode(ToRunner{0, sample_load()}).value()}) {
        const auto payload = payload_of(frame);
        for (std::size_t n = 0; n < payload.size(); ++n) {
            EXPECT_FALSE(decode_to_runner(payload.first(n))) << n;
        }
    }
}

// Four bytes for an empty element must not become a hundred bytes of memory each, without end.
TEST(Codec, BoundsMemoryOfManyEmptyElements) {
    constexpr std::size_t kCount = 2'000'000;
    std::string payload("\0\2\0\0", 4);  // id, Delta, content, thinking
    for (std::size_t count = kCount; count > 0; count >>= 7) {
        payload.push_back(static_cast<char>((count & 0x7F) | (count >= 0x80 ? 0x80 : 0)));
    }
    payload.append(4 * kCount + 1, '\0');  // empty tool calls, no logprobs
    const auto decoded = decode_from_runner(payload);
    ASSERT_FALSE(decoded);
    EXPECT_NE(decoded.error().message.find("elements"), std::string::npos)
        << decoded.error().message;
}

TEST(Codec, RefusesAnnouncedLengthsOverTheLimit) {
    const std::string limit("\0\0\0\x20", 4);
    EXPECT_EQ(frame_length(limit).value(), kMaxFrameBytes);
    EXPECT_FALSE(frame_length(std::string("\x01\0\0\x20", 4)));
    EXPECT_FALSE(frame_length(std::string("\xFF\xFF\xFF\xFF", 4)));
}

}  // namespace
}  // namespace corral::wire
