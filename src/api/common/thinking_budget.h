#pragma once

// Purpose: reads `thinking.budget_tokens`, the tokens that thoughts may take at most.
//
// Error: 400, a negative one. Source: openai-anthropic-api.md 10.2, 15.4.

#include <cstdint>
#include <optional>

#include "api/json/reader.h"

namespace corral::api {

json::Reader::Read read_thinking_budget(json::Reader& reader, std::optional<std::int64_t>& budget);

}  // namespace corral::api
