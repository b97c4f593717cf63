#pragma once

// Purpose: what a text has to follow, as the APIs say it: a regular expression that matches it as a
// whole (`regex`) or a grammar in Lark's notation (`lark`).
//
// Errors: ErrorCode::invalid, those of regex_grammar.h, lark_grammar.h and Grammar::parse, and for
// another syntax.

#include <string>
#include <string_view>

#include "base/result.h"
#include "parse/gbnf_writer.h"

namespace corral::parse {

// GBNF, lines of rules: the first is called `name`, the names of others begin with it.
[[nodiscard]] Result<std::string> text_rules(std::string_view syntax, std::string_view definition,
                                             Spelling spelling, const std::string& name);

}  // namespace corral::parse
