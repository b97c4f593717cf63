#pragma once

// Purpose: everything a generate or chat request amounts to once its model is known: what is
// checked before loading, which runner it needs, and what that runner is asked.
//
// A plan without a generation only loads (native-api.md 6.3). A bad `format` is kept in the plan
// because it is told only when the model is loaded (5.4).
// Source: native-api.md 6.4, 8.5, 8.6: the order of checks.

#include <optional>

#include "api/ollama/requests.h"
#include "base/result.h"
#include "base/settings.h"
#include "models/resolve.h"
#include "sched/model_spec.h"
#include "wire/request.h"

namespace corral::api::ollama {

struct AnswerPlan {
    sched::ModelSpec spec;
    std::optional<wire::Generate> generation;
    std::optional<Error> bad_format;
    std::size_t n_images = 0;
};

[[nodiscard]] Result<AnswerPlan> plan_answer(const GenerateRequest& request,
                                             const models::ModelRecord& record,
                                             const Settings& settings);
[[nodiscard]] Result<AnswerPlan> plan_answer(const ChatRequest& request,
                                             const models::ModelRecord& record,
                                             const Settings& settings);

}  // namespace corral::api::ollama
