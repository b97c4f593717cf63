#pragma once

// Purpose: what is asked of another server when a model runs there: the request of any dialect,
// written again for the remote's API.
//
// Answers are always asked for as streams, so that the death of a remote shows and no half answer
// passes for a whole one. Options go along as far as the model or the request sets them; what
// neither sets is the remote's to choose. Nothing is checked that the remote checks itself.
// Source: native-api.md 9.3; OpenAI's reference of chat/completions, completions and embeddings.

#include <string>

#include "api/ollama/embed.h"
#include "api/ollama/requests.h"
#include "api/rerank/rerank.h"
#include "base/result.h"
#include "models/resolve.h"

namespace corral::api::remote {

struct Call {
    std::string path;  // behind the remote's address: "/api/chat"
    std::string body;
};

[[nodiscard]] Result<Call> make_call(const ollama::ChatRequest& request,
                                     const models::ModelRecord& record);
[[nodiscard]] Result<Call> make_call(const ollama::GenerateRequest& request,
                                     const models::ModelRecord& record);
[[nodiscard]] Result<Call> make_call(const ollama::EmbedRequest& request,
                                     const models::ModelRecord& record);
// Ollama itself has no such route, but Corral has.
[[nodiscard]] Result<Call> make_call(const rerank::Request& request,
                                     const models::ModelRecord& record);

}  // namespace corral::api::remote
