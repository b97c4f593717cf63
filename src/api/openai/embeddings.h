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

// Whether texts may come as tokens. They are taken for the model's own; but most clients that send
// them count with the vocabulary of OpenAI's models, and would get vectors of gibberish.
enum class TokenInput { refused, taken };

[[nodiscard]] Result<EmbeddingsRequest> decode_embeddings(std::string_view body, TokenInput takes);

std::string embeddings_body(const EmbeddingsRequest& request, const wire::Embedded& embedded);

}  // namespace corral::api::openai
