#include "prompt/go/escape.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace corral::prompt::go {
namespace {

std::string_view html_entity(char c) {
    switch (c) {
        case '\0':
            return "\uFFFD";
        case '"':
            return "&#34;";
        case '\'':
            return "&#39;";
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        default:
            return {};
    }
}

// Controls, separators and what is no character; the rest is taken to be printable.
bool is_unprintable(char32_t c) {
    return (c >= 0x7f && c <= 0xa0) || c == 0xad || (c >= 0x2000 && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) || c == 0x3000 ||
           (c >= 0xe000 && c <= 0xf8ff) || c == 0xfeff || c >= 0xe0000;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        const std::string_view entity = html_entity(c);
        if (entity.empty())
            escaped += c;
        else
            escaped += entity;
    }
    return escaped;
}

std::string escape_js(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    while (!text.empty()) {
        const Utf8Character next = first_utf8_character(text);
        const char32_t c = next.code_point;
        if (c == '\\' || c == '\'' || c == '"') {
            escaped += '\\';
            escaped += static_cast<char>(c);
        } else if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '=' || is_unprintable(c)) {
            escaped += fmt::format("\\u{:04X}", static_cast<std::uint32_t>(c));
        } else {
            escaped += text.substr(0, next.length);
        }
        text.remove_prefix(next.length);
    }
    return escaped;
}

std::string escape_query(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                              std::string_view("-_.~").contains(c);
        if (is_plain)
            escaped += c;
        else if (c == ' ')
            escaped += '+';
        else
            escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return escaped;
}

}  // namespace corral::prompt::go
