#include "engine/fast_sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::engine {
namespace {

// Heap order: the worst candidate on top. Equal logits rank by token, so that the choice does not
// depend on chance.
bool better(const llama_token_data& a, const llama_token_data& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
}

llama_sampler_ptr make_filters(const wire::SamplingOptions& options) {
    llama_sampler_chain_params params = llama_sampler_chain_default_params();
    params.no_perf = true;
    llama_sampler_ptr chain(llama_sampler_chain_init(params));
    const auto add = [&chain](llama_sampler* filter) {
        llama_sampler_chain_add(chain.get(), filter);
    };
    if (options.typical_p < 1) add(llama_sampler_init_typical(options.typical_p, 0));
    if (options.top_p < 1) add(llama_sampler_init_top_p(options.top_p, 0));
    if (options.min_p > 0) add(llama_sampler_init_min_p(options.min_p, 0));
    add(llama_sampler_init_temp(options.temperature));
    add(llama_sampler_init_dist(effective_seed(options.seed)));
    return chain;
}

}  // namespace

FastSampler::FastSampler(const llama_vocab* vocab, const SamplerSetup& setup)
    : n_vocab_(llama_vocab_n_tokens(vocab)),
      options_(setup.options),
      penalties_(options_.repeat_penalty != 1.0F || options_.presence_penalty != 0.0F ||
                 options_.frequency_penalty != 0.0F),
      window_(static_cast<std::size_t>(penalty_window(setup))),
      filters_(make_filters(options_)) {
    std::int32_t n = 0;
    const llama_token* suppressed = llama_vocab_get_suppress_tokens(vocab, &n);
    suppressed_.assign(suppressed, suppressed + n);
}

void FastSampler::accept_prompt(std::span<const llama_token> tokens) {
    for (llama_token token : tokens.last(std::min(tokens.size(), window_))) accept(token);
}

void FastSampler::accept(llama_token token) {
    if (!penalties_ || window_ == 0) return;
    ++counts_[token];
    if (recent_.size() < window_) {
        recent_.push_back(token);
        return;
    }
    const llama_token gone = std::exchange(recent_[oldest_], token);
    oldest_ = (oldest_ + 1) % window_;
    if (auto count = counts_.find(gone); --count->second == 0) counts_.erase(count);
}

Result<llama_token> FastSampler::sample(llama_context* context, std::int32_t index) {
    CORRAL_TRY(const std::span<float> logits, row(context, index));
    return sample_row(logits);
}

Result<llama_token> FastSampler::sample_row(std::span<float> logits) {
    CORRAL_TRY(const llama_token token, choose(logits, nullptr));
    accept(token);
    return token;
}

Result<std::span<float>> FastSampler::row(llama_context* context, std::int32_t index) const {
    float* logits = llama_get_logits_ith(context, index);
    if (logits == nullptr)
        return fail(ErrorCode::internal, "the batch has no logits in row {}", index);
    return std::span<float>(logits, static_cast<std::size_t>(n_vocab_));
}

Result<llama_token> FastSampler::choose(std::span<float> logits, const parse::TokenMask* allowed) {
    penalize(logits);
    llama_token token = LLAMA_TOKEN_NULL;
    if (options_.temperature <= 0) {
        token = greedy(logits, allowed);
    } else {
        const bool some = options_.top_k > 0 && options_.top_k < n_vocab_;
        some ? gather_top_k(logits, allowed) : gather_all(logits, allowed);
        llama_token_data_array array{candidates_.data(), candidates_.size(), -1, some};
        if (array.size > 0) llama_sampler_apply(filters_.get(), &array);
        if (array.selected >= 0) token = array.data[array.selected].id;
    }
    restore(logits);
    if (token == LLAMA_TOKEN_NULL) {
        return fail(ErrorCode::corrupt,
                    "the model computed no usable probabilities (not a number)");
    }
    return token;
}

void FastSampler::penalize(std::span<float> logits) {
    const auto change = [&](llama_token token, float logit) {
        saved_.emplace_back(token, logits[static_cast<std::size_t>(token)]);
        logits[static_cast<std::size_t>(token)] = logit;
    };
    for (llama_token token : suppressed_) {
        if (token >= 0 && token < n_vocab_) change(token, -std::numeric_limits<float>::infinity());
    }
    for (const auto& [token, bias] : options_.logit_bias) {
        if (token >= 0 && token < n_vocab_)
            change(token, logits[static_cast<std::size_t>(token)] + bias);
    }
    for (const auto& [token, count] : counts_) {
        float logit = logits[static_cast<std::size_t>(token)];
        logit = logit <= 0 ? logit * options_.repeat_penalty : logit / options_.repeat_penalty;
        logit -= static_cast<float>(count) * options_.frequency_penalty + options_.presence_penalty;
        change(token, logit);
    }
}

void FastSampler::restore(std::span<float> logits) {
    for (; !saved_.empty(); saved_.pop_back()) {
        logits[static_cast<std::size_t>(saved_.back().first)] = saved_.back().second;
    }
}

template <class Visit>
void FastSampler::for_each(std::span<const float> logits, const parse::TokenMask* allowed,
                           Visit visit) {
    if (allowed == nullptr) {
        for (std::size_t i = 0; i < logits.size(); ++i) visit(i, logits[i]);
    } else {
        allowed->for_each([&](std::size_t i) { visit(i, logits[i]); });
    }
}

llama_token FastSampler::greedy(std::span<const float> logits, const parse::TokenMask* allowed) {
    llama_token best = LLAMA_TOKEN_NULL;
    float highest = -std::numeric_limits<float>::infinity();
    for_each(logits, allowed, [&](std::size_t i, float logit) {
        if (logit > highest) {
            highest = logit;
            best = static_cast<llama_token>(i);
        }
    });
    return best;
}

void FastSampler::gather_top_k(std::span<const float> logits, const parse::TokenMask* allowed) {
    const auto k = static_cast<std::size_t>(options_.top_k);
    candidates_.clear();
    float lowest = -std::numeric_limits<float>::infinity();
    for_each(logits, allowed, [&](std::size_t i, float logit) {
        if (!(logit > lowest)) return;  // also when it is not a number
        if (candidates_.size() == k) {
            std::pop_heap(candidates_.begin(), candidates_.end(), better);
            candidates_.pop_back();
        }
        candidates_.push_back({static_cast<llama_token>(i), logit, 0.0F});
        std::push_heap(candidates_.begin(), candidates_.end(), better);
        if (candidates_.size() == k) lowest = candidates_.front().logit;
    });
    std::sort_heap(candidates_.begin(), candidates_.end(), better);
}

void FastSampler::gather_all(std::span<const float> logits, const parse::TokenMask* allowed) {
    candidates_.clear();
    for_each(logits, allowed, [&](std::size_t i, float logit) {
        if (logit > -std::numeric_limits<float>::infinity())
            candidates_.push_back({static_cast<llama_token>(i), logit, 0.0F});
    });
}

}  // namespace corral::engine
