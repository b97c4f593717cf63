#pragma once

// Purpose: lists of token probabilities, the same in chat completions and responses.
//
// Source: openai-anthropic-api.md 4.7, 15.2, 15.3.

#include <string>
#include <vector>

#include "wire/event.h"

namespace corral::api::openai {

// `[{"token":…,"logprob":…,"bytes":[…],"top_logprobs":[…]}]`.
void append_logprob_list(std::string& out, const std::vector<wire::Logprob>& logprobs);

}  // namespace corral::api::openai
