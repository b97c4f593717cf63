#pragma once

// Purpose: our errors as Anthropic's API shows them.
//
// Source: openai-anthropic-api.md 3.2, 15.1.

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::api::anthropic {

// `{"type":"error","error":{"type":"not_found_error","message":"…"},"request_id":"req_…"}`, without
// a newline.
std::string error_body(int http_status, std::string_view message, std::string_view request_id,
                       std::string_view details_json = {});

// A conversation that the server is to remember: SDKs that read the details of this error send the
// whole of it instead.
Error no_threads();
// The `details` of an error, for who acts on them: an object, or empty.
std::string_view error_details(const Error& error);

// The frame that ends a stream which fails after it has begun.
void append_error_event(std::string& out, std::string_view message, std::string_view request_id);

}  // namespace corral::api::anthropic
