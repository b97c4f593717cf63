#pragma once

// Purpose: our errors as Anthropic's API shows them.
//
// Source: openai-anthropic-api.md 3.2, 15.1.

#include <string>
#include <string_view>

namespace corral::api::anthropic {

// `{"type":"error","error":{"type":"not_found_error","message":"…"},"request_id":"req_…"}`, without
// a newline.
std::string error_body(int http_status, std::string_view message, std::string_view request_id);

// The frame that ends a stream which fails after it has begun.
void append_error_event(std::string& out, std::string_view message, std::string_view request_id);

}  // namespace corral::api::anthropic
