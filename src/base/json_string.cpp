#include "base/json_string.h"

#include <array>

#include "base/utf8.h"

namespace corral {

namespace {

constexpr bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' &&
           byte != '>' && byte != '&';
}

constexpr auto kPlain = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = is_plain(static_cast<unsigned char>(i));
    }
    return table;
}();

void append_escaped_byte(std::string& out, unsigned char byte) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (byte) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
    }
}

// Appends the non-ASCII character `rest` begins with and returns its length.
std::size_t append_multibyte(std::string& out, std::string_view rest) {
    const auto character = first_utf8_character(rest);
    if (!character.valid) {
        out += "\\ufffd";
    } else if (character.code_point == 0x2028) {
        out += "\\u2028";
    } else if (character.code_point == 0x2029) {
        out += "\\u2029";
    } else {
        out += rest.substr(0, character.length);
    }
    return character.length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        auto run = at;
        while (run < text.size() && kPlain[static_cast<unsigned char>(text[run])]) ++run;
        out.append(text, at, run - at);
        at = run;
        if (at == text.size()) break;
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            append_escaped_byte(out, byte);
            ++at;
        } else {
            at += append_multibyte(out, text.substr(at));
        }
    }
    out += '"';
}

}  // namespace corral
