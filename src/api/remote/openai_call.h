#pragma once

// Purpose: requests for a remote that speaks OpenAI's API. Internal to api/remote.
//
// A prompt of generate becomes a conversation of one message, unless it is raw or has a gap to
// fill: then it is a completion. Of the options those go along that OpenAI's API or its widely
// spoken extensions (top_k, min_p, repetition_penalty) have.

#include "api/remote/call.h"

namespace corral::api::remote {

[[nodiscard]] Result<Call> openai_chat(const ollama::ChatRequest& request,
                                       const models::ModelRecord& record);
[[nodiscard]] Result<Call> openai_generate(const ollama::GenerateRequest& request,
                                           const models::ModelRecord& record);
[[nodiscard]] Result<Call> openai_embed(const ollama::EmbedRequest& request,
                                        const models::ModelRecord& record);

}  // namespace corral::api::remote
