#pragma once

// Purpose: may a request be served by a runner that was loaded with other options?
//
// Source: scheduler-runtime.md 6. Where we differ: an option that the request leaves automatic
// never forces a reload, except that an automatic context is not served from one that was chosen
// smaller than the automatic one, which would cut prompts silently. The context shift is a property
// of each request in our engine and is not compared.

#include "sched/model_spec.h"
#include "wire/event.h"

namespace corral::sched {

// Tokens of context when nobody chose a number (scheduler-runtime.md 14.1, without a GPU).
inline constexpr std::int64_t kAutomaticContext = 4096;

// The context the model gets: the wanted or the automatic one, lowered to what it was trained for.
std::int64_t resolved_context(const ModelSpec& spec);

// `loaded` is what the runner was started with, `n_ctx` the tokens per sequence it ended up with (0
// while it loads).
bool needs_reload(const ModelSpec& loaded, std::int64_t n_ctx, const ModelSpec& wanted);

}  // namespace corral::sched
