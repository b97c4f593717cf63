#pragma once

// Purpose: the sampler of output that a grammar constrains (JSON, schemas, tool calls): llama.cpp's
// own, which checks the chosen token first and applies the grammar to the whole vocabulary only
// when that token does not fit.

#include "engine/sampler.h"
#include "sampling.h"

namespace corral::engine {

class GrammarSampler : public Sampler {
public:
    // A grammar that cannot be read is invalid with http_status 400.
    [[nodiscard]] static Result<std::unique_ptr<Sampler>> create(const llama_model* model,
                                                                 const SamplerSetup& setup);

    void accept_prompt(std::span<const llama_token> tokens) override;
    [[nodiscard]] Result<llama_token> sample(llama_context* context, std::int32_t row) override;

private:
    explicit GrammarSampler(common_sampler_ptr sampler) : sampler_(std::move(sampler)) {}

    common_sampler_ptr sampler_;
};

}  // namespace corral::engine
