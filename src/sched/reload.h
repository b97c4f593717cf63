#pragma once

// Purpose: may a request be served by a runner that was loaded with other options?
//
// Source: scheduler-runtime.md 6. Where we differ: the context shift is a property of each request
// in our engine, so a request with another `shift` is served as it wants without a reload.

#include "sched/model_spec.h"
#include "wire/event.h"

namespace corral::sched {

// The context the model gets: the wanted one or `n_ctx_automatic`, lowered to what it was trained
// for.
std::int64_t resolved_context(const ModelSpec& spec, std::int64_t n_ctx_automatic);

// `loaded` is what the runner was started with, `n_ctx` the tokens per sequence it has.
bool needs_reload(const ModelSpec& loaded, std::int64_t n_ctx, const ModelSpec& wanted,
                  std::int64_t n_ctx_automatic);

}  // namespace corral::sched
