#pragma once

// Purpose: what a generate or chat request may ask of a model, checked once the model is known and
// before anything is loaded.
//
// Source: native-api.md 5.2, 6.4, 8.5, 8.6, in the order given there. Errors carry their status.

#include "api/ollama/requests.h"
#include "base/result.h"
#include "models/resolve.h"

namespace corral::api::ollama {

[[nodiscard]] Result<void> check_request(const GenerateRequest& request,
                                         const models::ModelRecord& record);
[[nodiscard]] Result<void> check_request(const ChatRequest& request,
                                         const models::ModelRecord& record);

// Models that upstream no longer runs; for routes that check nothing else. Error: 500.
[[nodiscard]] Result<void> check_retired(const models::ModelRecord& record);

}  // namespace corral::api::ollama
