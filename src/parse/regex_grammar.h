#pragma once

// Purpose: regular expressions as GBNF, for answers that have to match one as a whole.
//
// Known are characters, `.`, classes, \d \w \s and their opposites (of ASCII, as in Rust's
// `(?-u)`), escapes, alternatives, groups with or without a name, and repetitions. Lazy repetitions
// match the same texts as others. `^` and `$` may stand at the ends, where they change nothing.
//
// Errors: ErrorCode::invalid, for what is malformed and for what has no grammar: looking around,
// referring back, boundaries of words, flags inside. Messages name the byte, counted from 1.
// Bounds: kMaxRegex bytes, kMaxRegexDepth groups in each other; what repetitions multiply is
// bounded by who reads the grammar (parse/grammar.h). Time is linear.

#include <string>
#include <string_view>

#include "base/result.h"
#include "parse/gbnf_writer.h"

namespace corral::parse {

inline constexpr std::size_t kMaxRegex = 16'384;
inline constexpr int kMaxRegexDepth = 64;

struct RegexManner {
    Spelling spelling = Spelling::plain;
    bool ignores_case = false;  // of ASCII letters
    bool dot_is_all = false;    // `.` is a line end too
};

// The right side of a rule, one item.
[[nodiscard]] Result<std::string> regex_to_gbnf(std::string_view regex, RegexManner manner = {});

// With the letters of both cases where there is one of them.
CharSet::Ranges in_both_cases(CharSet::Ranges ranges);

}  // namespace corral::parse
