#pragma once

// Purpose: POST /v1/embeddings: requests as native embed requests, and answers.
//
// Vectors are numbers or, as official clients ask for them, base64 of little-endian floats.
// Source: openai-anthropic-api.md 6, 15.7.

#include <string>
#include <string_view>

#include "api/ollama/embed.h"
#include "base/result.h"
#include "wire/event.h"

namespace corral::api::openai {

struct EmbeddingsRequest {
    ollama::EmbedRequest native;
    bool base64 = false;
};

[[nodiscard]] Result<EmbeddingsRequest> decode_embeddings(std::string_view body);

std::string embeddings_body(const EmbeddingsRequest& request, const wire::Embedded& embedded);

}  // namespace corral::api::openai
