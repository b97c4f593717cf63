// Feeds bytes to the request parser in pieces whose size the first byte gives, as a socket would.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/parser.h"

namespace {

using corral::http::RequestParser;

// The bytes of one request taken from the front of `text`; 0 when it is malformed or incomplete.
std::size_t parse_one(std::string_view text, std::size_t piece) {
    constexpr std::size_t kHeaderLimit = 512;
    RequestParser parser(kHeaderLimit);
    std::array<char, 7> output{};
    std::size_t used = 0;
    std::size_t offered = 0;
    bool head_complete = false;
    while (!head_complete || !parser.body_complete()) {
        const std::span<const char> input(text.data() + used, offered - used);
        std::size_t step_used = 0;
        if (!head_complete) {
            const auto step = parser.parse_head(input);
            if (!step) return 0;
            step_used = step->used;
            head_complete = step->complete;
        } else {
            const auto step = parser.parse_body(input, output);
            if (!step) return 0;
            step_used = step->used;
            if (step->produced > output.size()) std::abort();
        }
        if (step_used > input.size()) std::abort();
        used += step_used;
        if (step_used > 0) continue;
        if (offered == text.size()) return 0;
        offered = std::min(offered + piece, text.size());
    }
    (void)parser.path();
    (void)parser.header("Host");
    return used;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] % 64 + 1U;
    // A copy of the exact size, so that a read past the end is seen.
    const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t used = parse_one(rest, piece);
        if (used == 0) break;
        rest.remove_prefix(used);
    }
    return 0;
}
