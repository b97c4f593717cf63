#pragma once

// Purpose: which runner a request needs: the model's files and its load options, as the scheduler
// wants them.
//
// Source: native-api.md 5.5 and 7.4, scheduler-runtime.md 2.3 to 2.5 and 14.1.

#include <cstdint>

#include "api/ollama/options.h"
#include "base/settings.h"
#include "models/resolve.h"
#include "sched/model_spec.h"

namespace corral::api::ollama {

inline constexpr std::int64_t kMinContext = 4;
inline constexpr std::int64_t kMinVisionContext = 2048;
inline constexpr std::int64_t kDefaultParallel = 16;  // sequences at a time
inline constexpr std::int64_t kMaxEmbeddingBatch = 2048;
inline constexpr std::int64_t kDefaultDraftTokens = 4;  // when the model has a draft file

// Tokens one sequence gets: the option, else the environment, raised to the floor and lowered to
// what the model was trained for; 0 where nobody chose and the scheduler decides by the machine's
// memory.
std::int64_t chosen_context(const MergedOptions& merged, const models::ModelRecord& record,
                            const Settings& settings);

sched::ModelSpec plan_load(const models::ModelRecord& record, const MergedOptions& merged,
                           const Settings& settings);

}  // namespace corral::api::ollama
