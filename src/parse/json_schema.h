#pragma once

// Purpose: bounds a JSON schema that came from outside before it is turned into a grammar, which
// takes time and memory that hostile schemas can make endless: repetition, depth, references that
// go round in circles, alternatives that multiply.
//
// The schema that comes back means the same and is safe to convert. Upper limits of length beyond
// Grammar::kMaxRepeats are left out of it: they are not enforced. The reference "#" is made one
// that llama.cpp's converter knows.
//
// Keywords that the grammar would leave out (`not`, `patternProperties`, `uniqueItems`, …) are
// refused rather than ignored, unless what they demand holds anyway. Not enforced, and not refused
// since too many clients send them, are bounds of numbers that are no integers, and `format` where
// it is a mere remark.
//
// Errors: ErrorCode::invalid; the message names the place, like "#/properties/a: …".

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::parse {

[[nodiscard]] Result<std::string> bounded_schema(std::string_view json);

}  // namespace corral::parse
