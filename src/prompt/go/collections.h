#pragma once

// Purpose: len, index and slice.
//
// Errors: ErrorCode::invalid with Go's text. Source: Go's text/template, Go 1.26.

#include <span>

#include "base/result.h"
#include "prompt/go/value.h"

namespace corral::prompt::go {

[[nodiscard]] Result<Value> length_of(const Value& value);

// values[0][values[1]][values[2]]…; a key that a map lacks gives nil.
[[nodiscard]] Result<Value> index_into(std::span<const Value> values);

// values[0][values[1]:values[2]] of a text (in bytes) or list.
[[nodiscard]] Result<Value> slice_of(std::span<const Value> values);

}  // namespace corral::prompt::go
