#pragma once

// Purpose: our errors as OpenAI's API shows them.
//
// Source: openai-anthropic-api.md 3.1, 15.5.

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::api::openai {

// `{"error":{"message":"…","type":"not_found_error","param":null,"code":null}}`, without a newline.
std::string error_body(int http_status, std::string_view message);

// With what a client may act on: the field that was wrong, and a word for what was.
std::string error_body(int http_status, std::string_view message, std::string_view param,
                       std::string_view code);
// The same of an error, which may know both. What is not found is a model.
std::string error_body(int http_status, const Error& error);

}  // namespace corral::api::openai
