#pragma once

// Purpose: what all paths under /v1 have in common, whichever dialect they speak.
//
// Source: openai-anthropic-api.md 15.5, 15.6.

#include "http/server.h"

namespace corral::serve {

// Gives every answer an id that clients show and log: `x-request-id`, and `request-id` as Anthropic
// calls it.
http::Router::Filter request_id_filter();

// Paths and methods that do not exist, in OpenAI's envelope. False for other paths.
http::Task<bool> refuse_unknown(http::Request& request, http::Response& response, int status);

}  // namespace corral::serve
