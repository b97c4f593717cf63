#pragma once

// Purpose: POST /v1/completions: requests as native generate requests, and answers.
//
// A prompt goes through the model's chat template, as upstream's does, unless `raw` is set (beyond
// upstream) or a suffix asks to fill in. Each prompt of a list is a choice of its own; thinking is
// off, since the answer has no place for it.
// Source: openai-anthropic-api.md 5, 15.7.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/requests.h"
#include "api/openai/sampling_fields.h"
#include "api/openai/usage.h"
#include "base/result.h"
#include "wire/event.h"

namespace corral::api::openai {

struct CompletionRequest {
    std::vector<ollama::GenerateRequest> choices;  // one for each prompt; never empty
    bool include_usage = false;

    const ollama::GenerateRequest& first() const { return choices.front(); }
};

[[nodiscard]] Result<CompletionRequest> decode_completion(
    std::string_view body, Precedence precedence = Precedence::protocol);

struct CompletionHead {
    std::string id;     // "cmpl-…"
    std::string model;  // as sent
};

struct CompletionChoice {
    std::string text;
    std::vector<wire::Logprob> logprobs;
    std::string_view finish;  // empty: null
};

std::string completion_body(const CompletionHead& head,
                            const std::vector<CompletionChoice>& choices, const Usage& usage,
                            std::int64_t created);

// One frame of a stream; with `usage_zero` each tells the counts it has not yet (upstream's way of
// including the usage).
void append_completion_frame(std::string& out, const CompletionHead& head, std::int64_t index,
                             const CompletionChoice& piece, bool usage_zero, std::int64_t created);
// The last frame before `[DONE]` when the usage is asked for.
void append_completion_usage(std::string& out, const CompletionHead& head, const Usage& usage,
                             std::int64_t created);

}  // namespace corral::api::openai
