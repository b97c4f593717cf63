#pragma once

// Purpose: POST /api/embed and its forerunner /api/embeddings: requests, what they ask of a runner,
// and answers.
//
// Both are one request type: /api/embeddings is an embed of one text that is never cut and whose
// vector may be left unnormalised. After upstream's keys an answer of /api/embed may carry
// `prompt_tokens_dropped`, an extension: how many tokens of too long texts were cut off.
//
// Source: native-api.md 6.3, 8.7, 13.1; scheduler-runtime.md 12.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/answer.h"
#include "base/result.h"
#include "base/settings.h"
#include "models/resolve.h"
#include "sched/model_spec.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::api::ollama {

enum class EmbedRoute { embed, embeddings };

struct EmbedRequest {
    EmbedRoute route = EmbedRoute::embed;
    std::string model;  // as sent; echoed
    std::vector<std::string> texts;
    std::vector<std::vector<std::int64_t>> token_texts;  // behind them; of other dialects
    std::optional<Error> bad_input;                      // told after the cloud has been ruled out
    bool truncate = true;
    std::int64_t dimensions = 0;
    std::optional<Duration> keep_alive;
    std::string options_json;

    bool only_loads() const { return texts.empty() && token_texts.empty(); }
};

[[nodiscard]] Result<EmbedRequest> decode_embed(std::string_view body);
[[nodiscard]] Result<EmbedRequest> decode_embeddings(std::string_view body);

struct EmbedPlan {
    sched::ModelSpec spec;
    wire::Embed embed;
};
// There is no check of capabilities: the runner of a model without embeddings says so.
[[nodiscard]] Result<EmbedPlan> plan_embed(const EmbedRequest& request,
                                           const models::ModelRecord& record,
                                           const Settings& settings);

// The answer; without `embedded` that to a request which only loads.
void append_embed_answer(std::string& out, const EmbedRequest& request,
                         const wire::Embedded* embedded, AnswerTimes times);

// The status of a failure after the load: the legacy route has but one.
int embed_failure_status(EmbedRoute route, const wire::Failed& failed);

}  // namespace corral::api::ollama
