#pragma once

// Purpose: fmt.Sprintf for the values of templates.
//
// Mistakes in the format do not fail, they show in the text, as in Go: `%!d(string=hi)`,
// `%!s(MISSING)`, `%!(EXTRA int=1)`. Source: Go's fmt, Go 1.26. The verbs %b and %x of floats and
// %p are told as mistakes.

#include <span>
#include <string>
#include <string_view>

#include "prompt/go/value.h"

namespace corral::prompt::go {

std::string print_formatted(std::string_view format, std::span<const Value> arguments);

}  // namespace corral::prompt::go
