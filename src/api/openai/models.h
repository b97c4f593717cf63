#pragma once

// Purpose: GET /v1/models and /v1/models/{model}.
//
// After upstream's four keys come what the model takes and can: `context_length`, `max_model_len`,
// `capabilities` (15.7). Source: openai-anthropic-api.md 7, 15.7.

#include <string>
#include <string_view>
#include <vector>

#include "models/details.h"
#include "models/resolve.h"

namespace corral::api::openai {

std::string models_body(const std::vector<models::ListEntry>& entries);
// The list as Anthropic's API has it, for clients that say which version of that they speak (15.4).
std::string anthropic_models_body(const std::vector<models::ListEntry>& entries);
// `id` as asked for.
std::string anthropic_model_body(std::string_view id, const models::ModelRecord& record);
std::string model_body(std::string_view id, const models::ModelRecord& record);

}  // namespace corral::api::openai
