#include "engine/grammar_sampler.h"

#include <algorithm>
#include <exception>

namespace corral::engine {
namespace {

// Trigger words and preserved words that are one token of the vocabulary become that token.
void set_triggers(common_params_sampling& params, const Constraint& constraint,
                  const Vocabulary& vocabulary) {
    for (const std::string& word : constraint.preserved_tokens) {
        const Tokens tokens = vocabulary.tokenize(word);
        if (tokens.size() == 1) params.preserved_tokens.insert(tokens.front());
    }
    for (common_grammar_trigger trigger : constraint.triggers) {
        if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_WORD) {
            const Tokens tokens = vocabulary.tokenize(trigger.value);
            if (tokens.size() == 1 && params.preserved_tokens.contains(tokens.front())) {
                trigger.type = COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN;
                trigger.token = tokens.front();
            }
        }
        params.grammar_triggers.push_back(trigger);
    }
}

common_params_sampling to_params(const SamplerSetup& setup, const Vocabulary& vocabulary) {
    const wire::SamplingOptions& options = setup.options;
    const Constraint& constraint = *setup.constraint;
    common_params_sampling params;
    params.no_perf = true;
    params.seed = effective_seed(options.seed);
    params.top_k =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(options.top_k, 0, vocabulary.size()));
    params.top_p = options.top_p;
    params.min_p = options.min_p;
    params.typ_p = options.typical_p;
    params.temp = options.temperature;
    params.penalty_last_n = penalty_window(setup);
    params.penalty_repeat = options.repeat_penalty;
    params.penalty_freq = options.frequency_penalty;
    params.penalty_present = options.presence_penalty;
    params.grammar = constraint.grammar;
    params.grammar_lazy = constraint.lazy;
    params.generation_prompt = constraint.generation_prompt;
    if (!constraint.thinking_ends.empty()) {
        params.reasoning_budget_start = vocabulary.tokenize(constraint.thinking_start);
        for (const std::string& end : constraint.thinking_ends) {
            params.reasoning_budget_end.push_back(vocabulary.tokenize(end));
        }
    }
    set_triggers(params, constraint, vocabulary);
    return params;
}

}  // namespace

Result<std::unique_ptr<Sampler>> GrammarSampler::create(const llama_model* model,
                                                        const SamplerSetup& setup) {
    try {
        const Vocabulary vocabulary(llama_model_get_vocab(model));
        common_params_sampling params = to_params(setup, vocabulary);
        common_sampler_ptr sampler(common_sampler_init(model, params));
        if (sampler == nullptr) return fail(ErrorCode::invalid, "the output format cannot be used");
        return std::unique_ptr<Sampler>(new GrammarSampler(std::move(sampler)));
    } catch (const std::exception& error) {
        return fail(Error{ErrorCode::invalid,
                          fmt::format("the output format cannot be used: {}", error.what()),
                          {},
                          400});
    }
}

void GrammarSampler::accept_prompt(std::span<const llama_token> tokens) {
    for (llama_token token : tokens) common_sampler_accept(sampler_.get(), token, false);
}

Result<llama_token> GrammarSampler::sample(llama_context* context, std::int32_t row) {
    try {
        const llama_token token = common_sampler_sample(sampler_.get(), context, row);
        common_sampler_accept(sampler_.get(), token, true);
        return token;
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal, "the output left its grammar: {}", error.what());
    }
}

}  // namespace corral::engine
