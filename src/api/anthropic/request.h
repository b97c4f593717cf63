#pragma once

// Purpose: the bodies of POST /v1/messages and /v1/messages/count_tokens as native chat requests.
//
// Errors are 400 with the texts and in the order of the source. Fields that only inform
// (`metadata`, `cache_control`, …) are ignored. A model that cannot think is not made to: the wish
// is dropped. An answer that the client has begun is gone on with, without thinking unless that was
// asked for. Source: openai-anthropic-api.md 1.3, 10.1, 10.2, 15.4, 15.6.

#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/requests.h"
#include "base/result.h"

namespace corral::api::anthropic {

struct MessagesRequest {
    ollama::ChatRequest native;
    std::vector<std::string> stop_sequences;
};

[[nodiscard]] Result<MessagesRequest> decode_request(std::string_view body);

// The same without `max_tokens`; the native request counts the prompt and generates nothing.
[[nodiscard]] Result<MessagesRequest> decode_count(std::string_view body);

}  // namespace corral::api::anthropic
