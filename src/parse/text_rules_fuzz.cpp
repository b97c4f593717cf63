// Feeds arbitrary bytes as a regular expression, or, behind an L, as a Lark grammar, in both
// spellings: what is accepted is a grammar, and both spellings are accepted or neither is.

#include <cstdint>
#include <cstdlib>

#include "parse/text_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace corral::parse;
    constexpr std::size_t kMaxInput = 4096;
    if (size == 0 || size > kMaxInput) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const bool is_lark = input.front() == 'L';
    const auto definition = is_lark ? input.substr(1) : input;
    const auto* syntax = is_lark ? "lark" : "regex";
    const auto plain = text_rules(syntax, definition, Spelling::plain, "text");
    const auto in_json = text_rules(syntax, definition, Spelling::in_json, "text");
    if (in_json && !plain) std::abort();
    return 0;
}
