#pragma once

// Purpose: natural-log probabilities of the raw distribution, before any sampling filter
// (native-api.md 5.9).

#include <span>

#include "engine/vocabulary.h"
#include "wire/event.h"

namespace corral::engine {

// `logits` is the row the token was chosen from; `n_top` entries at most in `top`, descending.
wire::Logprob make_logprob(const Vocabulary& vocabulary, std::span<const float> logits,
                           llama_token chosen, std::int64_t n_top);

}  // namespace corral::engine
