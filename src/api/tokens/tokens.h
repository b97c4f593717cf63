#pragma once

// Purpose: /tokenize and /detokenize, by whichever name: texts and conversations to tokens, and
// tokens to text.
//
// A text is `content`, `text` or `prompt`, a conversation `messages` with all that chat completions
// have. A text gets the model's start token where `add_special` (or `add_special_tokens`) says so
// and, as clients of vLLM expect, a `prompt` also without it. Special tokens written out in a text
// are recognised, and written out again. Nothing is cut.
// Errors: 400. Source: openai-anthropic-api.md 15.6.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/ollama/requests.h"
#include "base/result.h"
#include "models/resolve.h"
#include "sched/model_spec.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::api::tokens {

struct Request {
    std::string model;
    wire::TextPrompt text;
    std::optional<ollama::ChatRequest> chat;  // instead of the text
    bool with_pieces = false;                 // each token with what it stands for
    bool with_strings = false;                // the same as a list of its own, as vLLM has it
    std::optional<Duration> keep_alive;
};

[[nodiscard]] Result<Request> decode_tokenize(std::string_view body);
[[nodiscard]] Result<Request> decode_detokenize(std::string_view body);

struct Plan {
    sched::ModelSpec spec;
    wire::Generate render;
};
// Errors: models that generate no text.
[[nodiscard]] Result<Plan> plan(const Request& request, const models::ModelRecord& record,
                                const Settings& settings);

// `{"tokens":[…],"count":…,"max_model_len":…}`; `n_ctx` is the context that the model has.
std::string tokens_body(const Request& request, const wire::Done& done, std::int64_t n_ctx);
// `{"content":"…","prompt":"…","text":"…"}`, three names for the same.
std::string text_body(const wire::Done& done);

}  // namespace corral::api::tokens
