// Feeds arbitrary bytes to both decoders. What decodes must encode, and come back the same.

#include <cstdint>
#include <cstdlib>

#include "wire/codec.h"

namespace {

using namespace corral::wire;

template <class Decode>
void check(std::span<const char> payload, Decode decode) {
    const auto message = decode(payload);
    if (!message) return;
    const auto first = encode(*message);
    if (!first) std::abort();
    const auto again = decode(std::span<const char>(*first).subspan(kFrameHeaderBytes));
    if (!again || encode(*again).value() != *first) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const char> payload(reinterpret_cast<const char*>(data), size);
    check(payload, decode_to_runner);
    check(payload, decode_from_runner);
    if (size >= kFrameHeaderBytes) (void)frame_length(payload);
    return 0;
}
