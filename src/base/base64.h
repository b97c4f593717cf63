#pragma once

// Purpose: base64 in the standard, padded alphabet (RFC 4648 section 4).
//
// Errors: decoding is as strict as upstream's: CR and LF are skipped, anything else that does not
// belong, missing padding included, is ErrorCode::invalid `illegal base64 data at input byte N`.
// Source: native-api.md 5.3.

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral {

std::string base64_encode(std::string_view bytes);
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);

}  // namespace corral
