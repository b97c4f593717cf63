#pragma once

// Purpose: what all paths under /v1 have in common, whichever dialect they speak.
//
// Source: openai-anthropic-api.md 15.5, 15.6.

#include <string>

#include "api/ollama/requests.h"
#include "base/settings.h"
#include "http/server.h"

namespace corral::serve {

// Whether the client speaks Anthropic's dialect, by the route or, where both have it, by a header.
bool speaks_anthropic(const http::Request& request);

// Gives the answer an id, in both headers; returns it: "req_" and 24 digits.
std::string name_exchange(http::Response& response);

// Where the settings want prompts that do not fit refused, and the request does not say otherwise,
// they are.
void apply_prompt_limit(api::ollama::AnswerRequest& request, const Settings& settings);

// Refuses bodies that are compressed otherwise than with zstd, in the envelope of the route: 415.
// Elsewhere the header is ignored, as native-api.md 1.4 has it.
http::Router::Filter encoding_filter();
// A body; under /v1 decompressed, if it has to be. `limit` counts for what was sent; decompressed
// it may be 20 MiB. Errors: those of Request::read_body and decompress_zstd. Source: 1.3.
http::Task<Result<std::string>> read_v1_body(http::Request& request, std::size_t limit);

// Gives every answer an id that clients show and log: `x-request-id`, and `request-id` as Anthropic
// calls it.
http::Router::Filter request_id_filter();

// Paths and methods that do not exist, in OpenAI's envelope. False for other paths.
http::Task<bool> refuse_unknown(http::Request& request, http::Response& response, int status);

}  // namespace corral::serve
