#pragma once

// Purpose: our errors as the native API shows them.
//
// Source: native-api.md 1.4, 1.5, 6.4.

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::api::ollama {

// The error's own http_status if it has one, else the status its code stands for.
int http_status(const Error& error);

// `{"error":"…"}`, without a newline.
std::string error_body(std::string_view message);

// An error whose status upstream's contract names.
[[nodiscard]] std::unexpected<Error> refuse(int http_status, ErrorCode code, std::string message);

}  // namespace corral::api::ollama
