#pragma once

// Purpose: eq, ne, lt, le, gt, ge.
//
// Errors: ErrorCode::invalid with Go's text. Source: Go's text/template, Go 1.26.

#include <span>

#include "base/result.h"
#include "prompt/go/value.h"

namespace corral::prompt::go {

// Whether the first of the values equals any of the others. Nothing equals nothing only.
[[nodiscard]] Result<bool> equals_any(std::span<const Value> values);

// Numbers and texts have an order; ints and floats are not compared with each other.
[[nodiscard]] Result<bool> is_less(const Value& a, const Value& b);

}  // namespace corral::prompt::go
