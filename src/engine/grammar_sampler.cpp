#include "engine/grammar_sampler.h"

namespace corral::engine {

Result<std::unique_ptr<Sampler>> GrammarSampler::create(const Vocabulary& vocabulary,
                                                        const SamplerSetup& setup) {
    CORRAL_TRY(OutputGuard guard, OutputGuard::create(vocabulary, *setup.constraint));
    return std::unique_ptr<Sampler>(new GrammarSampler(vocabulary, setup, std::move(guard)));
}

void GrammarSampler::accept_prompt(std::span<const llama_token> tokens) {
    chooser_.accept_prompt(tokens);
}

Result<llama_token> GrammarSampler::sample(llama_context* context, std::int32_t row) {
    CORRAL_TRY(const std::span<float> logits, chooser_.row(context, row));
    return sample_row(logits);
}

Result<llama_token> GrammarSampler::sample_row(std::span<float> logits) {
    CORRAL_TRY(llama_token token, chooser_.choose(logits, nullptr));
    if (guard_.binds() && !guard_.allows(token)) {
        CORRAL_TRY(const parse::TokenMask* allowed, guard_.allowed());
        CORRAL_TRY(token, chooser_.choose(logits, allowed));
    }
    accept(token);
    return token;
}

void GrammarSampler::accept(llama_token token) {
    chooser_.accept(token);
    guard_.accept(token);
}

}  // namespace corral::engine
