#pragma once

// Purpose: everything about a request that needs no model context: renders the conversation, makes
// the prompt fit, tokenizes, builds the sampler. Runs beside the loop, so that a long prompt or a
// slow template delays no stream.
//
// Source: native-api.md 7.2, 7.3; scheduler-runtime.md 10.2, 11.

#include <cstdint>
#include <memory>
#include <string>

#include "engine/answer.h"
#include "engine/echo.h"
#include "engine/media/pieces.h"
#include "engine/model.h"
#include "engine/sampler.h"
#include "wire/request.h"

namespace corral::engine {

struct Prepared {
    std::uint64_t id = 0;
    Tokens tokens;      // of the prompt, with the start token
    MediaPieces media;  // images and sounds among them
    std::int64_t n_dropped = 0;
    std::int64_t n_predict = 0;  // tokens generated at most; 0 only to tell the prompt
    std::int64_t n_keep = 0;     // tokens kept at the front when the context is full
    bool shift = true;
    bool want_context = false;
    bool logprobs = false;
    std::int64_t n_top_logprobs = 0;
    bool render_only = false;
    bool want_pieces = false;
    std::string rendered_prompt;  // when render_only
    std::unique_ptr<Sampler> sampler;
    std::unique_ptr<Answer> answer;
    std::unique_ptr<Echo> echo;  // null: the prompt is not told
};

// Threads: any, one at a time.
[[nodiscard]] Result<Prepared> prepare(const Model& model, std::uint64_t id,
                                       const wire::Generate& request);

// The answer to a request that only renders.
wire::FromRunner shown_prompt(const Model& model, Prepared& request);

}  // namespace corral::engine
