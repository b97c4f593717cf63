#pragma once

// Purpose: the sampler of output that a grammar constrains (JSON, schemas, tool calls). As in
// llama.cpp, the token chosen freely is taken when it fits, and only otherwise chosen again among
// those that fit.

#include "engine/fast_sampler.h"
#include "engine/output_guard.h"
#include "engine/sampler.h"

namespace corral::engine {

class GrammarSampler : public Sampler {
public:
    // A grammar that cannot be used is invalid with http_status 400.
    [[nodiscard]] static Result<std::unique_ptr<Sampler>> create(const Vocabulary& vocabulary,
                                                                 const SamplerSetup& setup);

    void accept_prompt(std::span<const llama_token> tokens) override;
    [[nodiscard]] Result<llama_token> sample(llama_context* context, std::int32_t row) override;
    void accept(llama_token token) override;

    // `sample` on a given row; for tests.
    [[nodiscard]] Result<llama_token> sample_row(std::span<float> logits);

private:
    GrammarSampler(const Vocabulary& vocabulary, const SamplerSetup& setup, OutputGuard guard)
        : chooser_(vocabulary.get(), setup), guard_(std::move(guard)) {}

    FastSampler chooser_;
    OutputGuard guard_;
};

}  // namespace corral::engine
