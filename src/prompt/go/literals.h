#pragma once

// Purpose: the literals of Go templates, from their text to their value.
//
// Errors: ErrorCode::invalid with Go's text alone ("invalid syntax", `integer overflow: "1e"`).
// Source: Go's strconv.Unquote and text/template/parse.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "prompt/go/syntax.h"

namespace corral::prompt::go {

// "…" with escapes, or `…`, quotes included.
[[nodiscard]] Result<std::string> unquote(std::string_view literal);

// 12, 0x1F, 1_000, 1e3, …. Imaginary numbers are refused.
[[nodiscard]] Result<Number> parse_number(std::string_view literal);

// 'x'
[[nodiscard]] Result<Number> parse_rune(std::string_view literal);

}  // namespace corral::prompt::go
