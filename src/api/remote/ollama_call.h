#pragma once

// Purpose: requests for a remote that speaks Ollama's API. Internal to api/remote.
//
// For upstream's stubs a generate carries a template in any case, as upstream does it; where we
// have the choice the remote's own is used, unless the model or the request has one.

#include "api/remote/call.h"

namespace corral::api::remote {

[[nodiscard]] Result<Call> ollama_chat(const ollama::ChatRequest& request,
                                       const models::ModelRecord& record);
[[nodiscard]] Result<Call> ollama_generate(const ollama::GenerateRequest& request,
                                           const models::ModelRecord& record);
[[nodiscard]] Result<Call> ollama_embed(const ollama::EmbedRequest& request,
                                        const models::ModelRecord& record);

}  // namespace corral::api::remote
