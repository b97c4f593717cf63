#pragma once

// Purpose: where the server has keys, only requests that bring one of them are answered.
//
// A key comes as `Authorization: Bearer …` or as `x-api-key`. What tells that a server is there
// (`/`, `/api/version`) stays open, as do preflight requests of browsers. Keys are compared in a
// time that does not depend on where they differ.
// Source: openai-anthropic-api.md 15.5.

#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace corral::serve {

// Whether a request with these two headers may pass.
bool brings_key(const std::vector<std::string>& keys, std::string_view authorization,
                std::string_view x_api_key);

// Answers requests without a key with 401, in the envelope of their route. Without keys everything
// passes.
http::Router::Filter api_key_filter(std::vector<std::string> keys);

}  // namespace corral::serve
