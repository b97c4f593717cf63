#pragma once

// Purpose: grammars in Lark's notation as GBNF, for answers that have to follow one.
//
// Known are rules and terminals with their modifiers (`?rule`, `!rule`, `rule.2`), strings and
// regular expressions with the flags i and s, ranges "a".."z", groups, `[optional]`, `? * + ~n
// ~n..m`, alternatives, aliases, comments, `%ignore`, and `%import common.NAME`. A text follows the
// grammar when its rules can be read in it in any way: priorities, and the longest match of a
// lexer, do not count.
//
// Errors: ErrorCode::invalid for what is malformed, for names that nothing defines, and for what is
// not supported (templates, %declare, %override, %extend, other imports). Messages name the line.
// Rules that begin with themselves are refused by who reads the grammar (parse/grammar.h).
// Bounds: kMaxLark bytes, kMaxLarkDepth groups in each other. Time is linear in the text, but for
// the names. Source: the grammar reference of Lark 1.2.

#include <string>
#include <string_view>

#include "base/result.h"
#include "parse/gbnf_writer.h"

namespace corral::parse {

inline constexpr std::size_t kMaxLark = 65'536;
inline constexpr int kMaxLarkDepth = 64;

// Lines of rules, whose names begin with `prefix`; the first of them, `start`, is the whole text.
[[nodiscard]] Result<std::string> lark_to_gbnf(std::string_view lark, Spelling spelling,
                                               const std::string& prefix);

}  // namespace corral::parse
