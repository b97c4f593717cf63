#pragma once

// Purpose: UTF-8 that comes from outside, checked, cut and measured. Surrogates, overlong forms and
// code points above U+10FFFF are invalid.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corral {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// One decoded character. `length` is the bytes it takes; an invalid byte has length 1 and `valid`
// false.
struct Utf8Character {
    char32_t code_point = kReplacementCharacter;
    std::size_t length = 1;
    bool valid = false;
};

// The character `text` begins with. `text` is not empty.
Utf8Character first_utf8_character(std::string_view text);
void append_utf8(std::string& text, char32_t code_point);

bool is_valid_utf8(std::string_view text);
// Every invalid byte becomes U+FFFD.
std::string sanitize_utf8(std::string_view text);
// The length of the prefix that does not end in the middle of a character. Invalid bytes count as
// characters, so only an unfinished but so far valid sequence at the end (at most 3 bytes) is left
// out.
std::size_t complete_utf8_length(std::string_view text);

// Columns on a terminal: 2 for wide (East Asian, emoji) characters, 0 for combining and control
// characters, else 1.
int character_width(char32_t code_point);
std::size_t display_width(std::string_view text);

}  // namespace corral
