#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace corral {
namespace {

char lower_char(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper_char(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same_ignoring_case(char a, char b) {
    return lower_char(a) == lower_char(b);
}

// Characters Go's strconv.IsPrint refuses: controls, separators other than the blank, private use,
// and what Unicode has not assigned. The last is left out here; such characters are printed as they
// are.
bool is_go_printable(char32_t c) {
    if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) return false;
    if ((c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F)) return false;
    if (c >= 0x205F && c <= 0x206F) return false;
    if (c == 0x1680 || c == 0x3000 || c == 0xFEFF) return false;
    if (c >= 0xE000 && c <= 0xF8FF) return false;
    return c < 0xE0000;
}

void append_quoted(std::string& out, char32_t c, std::string_view bytes) {
    constexpr std::string_view kShort = "\a\b\f\n\r\t\v";
    constexpr std::string_view kLetters = "abfnrtv";
    if (c == '"' || c == '\\') {
        out.push_back('\\');
        out += bytes;
    } else if (is_go_printable(c)) {
        out += bytes;
    } else if (const auto at = c < 0x80 ? kShort.find(static_cast<char>(c)) : kShort.npos;
               at != kShort.npos) {
        out.push_back('\\');
        out.push_back(kLetters[at]);
    } else if (c < 0x80) {
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(c));
    } else if (c < 0x10000) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
        fmt::format_to(std::back_inserter(out), "\\U{:08x}", static_cast<unsigned>(c));
    }
}

}  // namespace

std::string_view trim_left(std::string_view text, std::string_view set) {
    text.remove_prefix(std::min(text.find_first_not_of(set), text.size()));
    return text;
}

std::string_view trim_right(std::string_view text, std::string_view set) {
    return text.substr(0, text.find_last_not_of(set) + 1);
}

std::string_view trim(std::string_view text, std::string_view set) {
    return trim_right(trim_left(text, set), set);
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower_char);
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), upper_char);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, same_ignoring_case);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
    return text.size() >= suffix.size() &&
           equals_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
    return part.empty() || !std::ranges::search(text, part, same_ignoring_case).empty();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = text.find(separator); at != text.npos; at = text.find(separator)) {
        pieces.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    pieces.push_back(text);
    return pieces;
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (text = trim_left(text); !text.empty(); text = trim_left(text)) {
        const std::size_t length = std::min(text.find_first_of(kBlanks), text.size());
        words.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return words;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
    if (from.empty()) return std::string(text);
    std::string out;
    for (std::size_t at = text.find(from); at != text.npos; at = text.find(from)) {
        out += text.substr(0, at);
        out += to;
        text.remove_prefix(at + from.size());
    }
    out += text;
    return out;
}

std::string go_quote(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const Utf8Character character = first_utf8_character(text);
        const std::string_view bytes = text.substr(0, character.length);
        if (character.valid) {
            append_quoted(out, character.code_point, bytes);
        } else {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                           static_cast<unsigned char>(bytes.front()));
        }
        text.remove_prefix(character.length);
    }
    out.push_back('"');
    return out;
}

}  // namespace corral
