#pragma once

// Purpose: texts and sets of characters as GBNF, for translators of other notations.
//
// Inside a JSON string a character may have to be spelled with a backslash. Of the control
// characters a set then offers those that have an escape of one letter.
//
// Source: the notation is that of parse/grammar.h.

#include <cstdint>
#include <string>
#include <string_view>

#include "parse/char_set.h"

namespace corral::parse {

enum class Spelling : std::uint8_t { plain, in_json };

// Appends an item: one literal. `text` is UTF-8.
void append_gbnf_text(std::string& out, std::string_view text, Spelling spelling);
// Appends an item: a class of characters, or alternatives in parentheses. False when there is no
// character to offer; then nothing is appended.
bool append_gbnf_set(std::string& out, const CharSet::Ranges& normalized, Spelling spelling);

}  // namespace corral::parse
