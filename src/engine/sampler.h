#pragma once

// Purpose: chooses the next token from a row of logits.
//
// The distribution is that of llama.cpp's default chain: suppressed tokens, penalties, top-k,
// typical, top-p, min-p, temperature, random choice; our own first half avoids touching the whole
// vocabulary more than once (fast_sampler.h). With a constraint, a choice that does not fit is made
// again among the tokens that do (grammar_sampler.h).
//
// Threads: one at a time; a Sampler belongs to one generation.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/constraint.h"
#include "engine/vocabulary.h"
#include "wire/options.h"

namespace corral::engine {

struct SamplerSetup {
    wire::SamplingOptions options;
    std::int64_t n_ctx = 0;  // repeat_last_n -1 means this many
    std::optional<Constraint> constraint;
};

class Sampler {
public:
    virtual ~Sampler() = default;

    // Tokens of the prompt; they count for the penalties.
    virtual void accept_prompt(std::span<const llama_token> tokens) = 0;

    // Chooses from row `row` of the last batch and remembers the choice. The row is left as it was.
    [[nodiscard]] virtual Result<llama_token> sample(llama_context* context, std::int32_t row) = 0;
    // Remembers a choice that was made elsewhere.
    virtual void accept(llama_token token) = 0;
};

// Options out of range are invalid with http_status 400. `vocabulary` outlives the sampler.
[[nodiscard]] Result<std::unique_ptr<Sampler>> make_sampler(const Vocabulary& vocabulary,
                                                            const SamplerSetup& setup);

// The seed for options.seed: itself, or a random one when negative.
std::uint32_t effective_seed(std::int64_t seed);
// How many of the last tokens the penalties look at.
std::int32_t penalty_window(const SamplerSetup& setup);

}  // namespace corral::engine
