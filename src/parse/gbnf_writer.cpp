#include "parse/gbnf_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/utf8.h"

namespace corral::parse {

namespace {

struct Escape {
    char32_t character;
    char letter;
};
constexpr auto kEscapes = std::to_array<Escape>({{U'"', '"'},
                                                 {U'\\', '\\'},
                                                 {U'\b', 'b'},
                                                 {U'\f', 'f'},
                                                 {U'\n', 'n'},
                                                 {U'\r', 'r'},
                                                 {U'\t', 't'}});
constexpr char32_t kLastControl = 0x1F;

bool is_plain_in_gbnf(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
           c == U' ';
}

void append_character(std::string& out, char32_t c) {
    if (is_plain_in_gbnf(c)) {
        out += static_cast<char>(c);
    } else {
        fmt::format_to(std::back_inserter(out), "\\U{:08X}", static_cast<std::uint32_t>(c));
    }
}

// How JSON spells it, between the quotes.
void append_json_spelling(std::string& out, char32_t c) {
    const auto escape = std::ranges::find(kEscapes, c, &Escape::character);
    if (escape != kEscapes.end()) {
        append_character(out, U'\\');
        append_character(out, static_cast<char32_t>(escape->letter));
    } else if (c <= kLastControl) {
        append_character(out, U'\\');
        out += fmt::format("u{:04x}", static_cast<std::uint32_t>(c));
    } else {
        append_character(out, c);
    }
}

void append_class(std::string& out, const CharSet::Ranges& ranges) {
    out += '[';
    for (const auto& [first, last] : ranges) {
        append_character(out, first);
        if (first == last) continue;
        out += '-';
        append_character(out, last);
    }
    out += ']';
}

bool contains(const CharSet::Ranges& ranges, char32_t c) {
    return std::ranges::any_of(
        ranges, [c](const auto& range) { return range.first <= c && c <= range.last; });
}

// Without what JSON spells otherwise.
CharSet::Ranges raw_in_json(const CharSet::Ranges& ranges) {
    auto others = CharSet::complement(ranges);
    others.push_back({0, kLastControl});
    for (const auto& escape : kEscapes) others.push_back({escape.character, escape.character});
    return CharSet::complement(CharSet::normalized(std::move(others)));
}

}  // namespace

void append_gbnf_text(std::string& out, std::string_view text, Spelling spelling) {
    out += '"';
    while (!text.empty()) {
        const auto character = first_utf8_character(text);
        if (spelling == Spelling::in_json) {
            append_json_spelling(out, character.code_point);
        } else {
            append_character(out, character.code_point);
        }
        text.remove_prefix(character.length);
    }
    out += '"';
}

bool append_gbnf_set(std::string& out, const CharSet::Ranges& normalized, Spelling spelling) {
    if (spelling == Spelling::plain) {
        if (!normalized.empty()) append_class(out, normalized);
        return !normalized.empty();
    }
    std::string choices;
    if (const auto raw = raw_in_json(normalized); !raw.empty()) append_class(choices, raw);
    CharSet::Ranges letters;
    for (const auto& [character, letter] : kEscapes) {
        const auto c = static_cast<char32_t>(letter);
        if (contains(normalized, character)) letters.push_back({c, c});
    }
    if (!letters.empty()) {
        if (!choices.empty()) choices += " | ";
        choices += "\"\\\\\" ";
        append_class(choices, letters);
    }
    if (!choices.empty()) out.append("(").append(choices).append(")");
    return !choices.empty();
}

}  // namespace corral::parse
