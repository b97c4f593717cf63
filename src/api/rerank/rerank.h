#pragma once

// Purpose: the body of a rerank request, what it asks of a runner, and the answer.
//
// The form is that of Cohere's and Jina's APIs: documents are texts or objects with a `text`.
// Scores are those of the model, as llama.cpp's server gives them; with `"normalize": true` they
// are mapped to 0…1 by the logistic function. `max_tokens_per_doc` and other fields are ignored.
// Source: openai-anthropic-api.md 15.6.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "models/resolve.h"
#include "sched/model_spec.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::api::rerank {

struct Request {
    std::string model;  // as sent; echoed
    std::string query;
    std::vector<std::string> documents;
    std::int64_t top_n = 0;  // 0 = all
    bool return_documents = false;
    bool truncate = true;
    bool normalize = false;
    std::optional<Duration> keep_alive;
    std::string options_json;
};

// Errors: invalid; a query, documents and a top_n of at least 1 are needed.
[[nodiscard]] Result<Request> decode(std::string_view body);

struct Plan {
    sched::ModelSpec spec;
    wire::Embed embed;
};
// Error: unsupported when the model is no reranker.
[[nodiscard]] Result<Plan> plan(const Request& request, const models::ModelRecord& record,
                                const Settings& settings);

// `{"id":…,"object":"list","model":…,"results":[…],"usage":{…}}`, the best document first; equal
// ones in the order they came.
std::string answer(const Request& request, const wire::Embedded& scores, std::string_view id);

}  // namespace corral::api::rerank
