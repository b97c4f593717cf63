#include "wire/codec.h"

#include "wire/decoder.h"
#include "wire/encoder.h"

namespace corral::wire {
namespace {

template <class Message>
Result<std::string> encode_frame(const Message& message) {
    std::string frame(kFrameHeaderBytes, '\0');
    Encoder encoder(frame);
    encoder(message);
    const std::size_t length = frame.size() - kFrameHeaderBytes;
    if (length > kMaxFrameBytes) {
        return fail(ErrorCode::invalid,
                    "a message of {} bytes is too large: at most {} can be sent", length,
                    kMaxFrameBytes);
    }
    for (std::size_t i = 0; i < kFrameHeaderBytes; ++i) {
        frame[i] = static_cast<char>(length >> (8 * i));
    }
    return frame;
}

template <class Message>
Result<Message> decode_payload(std::span<const char> payload) {
    Message message;
    Decoder decoder(payload);
    decoder(message);
    decoder.finish();
    if (!decoder.error().empty()) {
        return fail(ErrorCode::corrupt, "malformed frame of {} bytes: {}", payload.size(),
                    decoder.error());
    }
    return message;
}

}  // namespace

Result<std::string> encode(const ToRunner& message) {
    return encode_frame(message);
}
Result<std::string> encode(const FromRunner& message) {
    return encode_frame(message);
}

Result<ToRunner> decode_to_runner(std::span<const char> payload) {
    return decode_payload<ToRunner>(payload);
}

Result<FromRunner> decode_from_runner(std::span<const char> payload) {
    return decode_payload<FromRunner>(payload);
}

Result<std::size_t> frame_length(std::span<const char> header) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < kFrameHeaderBytes; ++i) {
        length |= static_cast<std::size_t>(static_cast<unsigned char>(header[i])) << (8 * i);
    }
    if (length > kMaxFrameBytes) {
        return fail(ErrorCode::corrupt, "a frame announces {} bytes, more than the {} allowed",
                    length, kMaxFrameBytes);
    }
    return length;
}

}  // namespace corral::wire
