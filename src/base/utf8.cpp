#include "base/utf8.h"

#include <algorithm>
#include <array>

namespace corral {
namespace {

// What a first byte announces: how many bytes follow and which second bytes are valid. The narrowed
// ranges of the second byte are what excludes overlong forms, surrogates and code points above
// U+10FFFF.
struct Lead {
    std::size_t n_following = 0;
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
    bool valid = false;
};

Lead read_lead(unsigned char byte) {
    if (byte < 0x80) return {0, 0x80, 0xBF, true};
    if (byte < 0xC2 || byte > 0xF4) return {};
    if (byte < 0xE0) return {1, 0x80, 0xBF, true};
    if (byte == 0xE0) return {2, 0xA0, 0xBF, true};
    if (byte == 0xED) return {2, 0x80, 0x9F, true};
    if (byte < 0xF0) return {2, 0x80, 0xBF, true};
    if (byte == 0xF0) return {3, 0x90, 0xBF, true};
    if (byte == 0xF4) return {3, 0x80, 0x8F, true};
    return {3, 0x80, 0xBF, true};
}

// How many bytes after the first are there and valid; lead.n_following when the character is
// complete.
std::size_t count_following(std::string_view text, const Lead& lead) {
    std::size_t n = 0;
    while (n < lead.n_following && n + 1 < text.size()) {
        const auto byte = static_cast<unsigned char>(text[n + 1]);
        const unsigned char min = n == 0 ? lead.second_min : 0x80;
        const unsigned char max = n == 0 ? lead.second_max : 0xBF;
        if (byte < min || byte > max) break;
        ++n;
    }
    return n;
}

}  // namespace

Utf8Character first_utf8_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const Lead lead = read_lead(first);
    if (!lead.valid || count_following(text, lead) < lead.n_following) return {};
    constexpr std::array<unsigned char, 4> kLeadMask = {0x7F, 0x1F, 0x0F, 0x07};
    char32_t code_point = first & kLeadMask[lead.n_following];
    for (std::size_t i = 1; i <= lead.n_following; ++i) {
        code_point = code_point << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
    }
    return {code_point, lead.n_following + 1, true};
}

void append_utf8(std::string& text, char32_t code_point) {
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3F));
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

bool is_valid_utf8(std::string_view text) {
    const auto is_ascii = [](char byte) { return static_cast<unsigned char>(byte) < 0x80; };
    while (true) {
        // Nearly all of most texts.
        text.remove_prefix(
            static_cast<std::size_t>(std::ranges::find_if_not(text, is_ascii) - text.begin()));
        if (text.empty()) break;
        const Utf8Character character = first_utf8_character(text);
        if (!character.valid) return false;
        text.remove_prefix(character.length);
    }
    return true;
}

std::string sanitize_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Utf8Character character = first_utf8_character(text);
        if (character.valid) {
            out += text.substr(0, character.length);
        } else {
            append_utf8(out, kReplacementCharacter);
        }
        text.remove_prefix(character.length);
    }
    return out;
}

std::size_t complete_utf8_length(std::string_view text) {
    constexpr std::size_t kLongestUnfinished = 3;
    for (std::size_t n = 1; n <= std::min(kLongestUnfinished, text.size()); ++n) {
        const std::string_view tail = text.substr(text.size() - n);
        const Lead lead = read_lead(static_cast<unsigned char>(tail.front()));
        if (!lead.valid) continue;
        const bool unfinished = lead.n_following >= n && count_following(tail, lead) == n - 1;
        return unfinished ? text.size() - n : text.size();
    }
    return text.size();
}

}  // namespace corral
