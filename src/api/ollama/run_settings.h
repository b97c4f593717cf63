#pragma once

// Purpose: how a request is to be carried out: the message to the runner, prompt and format
// excepted.
//
// A num_predict of 0 means one token for a chat with a Jinja template and no limit elsewhere.
// Source: native-api.md 5.2, 5.9, 7.3, 7.4.

#include "api/ollama/requests.h"
#include "models/resolve.h"
#include "wire/request.h"

namespace corral::api::ollama {

wire::Generate run_settings(const ChatRequest& request, const models::ModelRecord& record,
                            const wire::SamplingOptions& sampling);
wire::Generate run_settings(const GenerateRequest& request, const models::ModelRecord& record,
                            const wire::SamplingOptions& sampling);

// A capable model thinks unless told not to.
wire::Thinking effective_thinking(wire::Thinking asked, const models::ModelRecord& record);

}  // namespace corral::api::ollama
