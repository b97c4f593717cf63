#pragma once

// Purpose: POST /v1/completions: requests as native generate requests, and answers.
//
// A prompt goes through the model's chat template, as upstream's does, unless `raw` or `echo` is
// set (beyond upstream), a suffix asks to fill in, or it comes as tokens. Each prompt of a list is
// a choice of its own; thinking is off, since the answer has no place for it. Source:
// openai-anthropic-api.md 5, 15.7.

#include <cstdint>
#include <functional>
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
    std::string id;                         // "cmpl-…"
    std::string model;                      // as sent
    std::function<std::int64_t()> seconds;  // the time now, which every frame tells anew
};

struct CompletionChoice {
    std::string text;
    std::vector<wire::Logprob> logprobs;
    std::string_view finish;  // empty: null
};

std::string completion_body(const CompletionHead& head,
                            const std::vector<CompletionChoice>& choices, const Usage& usage);

// The frames of one choice. With `usage_zero` each tells the counts it has not yet (upstream's way
// of including the usage).
class CompletionStream {
public:
    CompletionStream(const CompletionHead& head, std::int64_t index, bool usage_zero)
        : head_(head), index_(index), usage_zero_(usage_zero) {}

    void piece(std::string& out, const wire::Delta& delta);
    void finish(std::string& out, std::string_view reason);
    void end(std::string& out, const wire::Done& done);

private:
    void frame(std::string& out, const CompletionChoice& piece) const;

    const CompletionHead& head_;
    std::int64_t index_;
    bool usage_zero_;
};

// The last frame before `[DONE]` when the usage is asked for.
void append_completion_usage(std::string& out, const CompletionHead& head, const Usage& usage);

}  // namespace corral::api::openai
