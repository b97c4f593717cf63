#include "engine/logprobs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/utf8.h"

namespace corral::engine {
namespace {

// A broken model may compute values that are no numbers; they rank last.
float rank(float logit) {
    return std::isnan(logit) ? -std::numeric_limits<float>::infinity() : logit;
}

double log_sum_exp(std::span<const float> logits) {
    const double highest = rank(*std::ranges::max_element(logits, {}, rank));
    double sum = 0;
    for (float logit : logits) sum += std::exp(rank(logit) - highest);
    return highest + std::log(sum);
}

std::vector<llama_token> best_tokens(std::span<const float> logits, std::int64_t n_top) {
    const auto n = static_cast<std::ptrdiff_t>(
        std::clamp<std::int64_t>(n_top, 0, static_cast<std::int64_t>(logits.size())));
    std::vector<llama_token> tokens(n > 0 ? logits.size() : 0);
    std::iota(tokens.begin(), tokens.end(), 0);
    std::partial_sort(
        tokens.begin(), tokens.begin() + n, tokens.end(),
        [&logits](llama_token a, llama_token b) { return rank(logits[a]) > rank(logits[b]); });
    tokens.resize(static_cast<std::size_t>(n));
    return tokens;
}

}  // namespace

wire::Logprob make_logprob(const Vocabulary& vocabulary, std::span<const float> logits,
                           llama_token chosen, std::int64_t n_top) {
    const double total = log_sum_exp(logits);
    const auto entry = [&](llama_token token) {
        return wire::TokenLogprob{sanitize_utf8(vocabulary.piece(token, true)),
                                  std::min(0.0, logits[static_cast<std::size_t>(token)] - total)};
    };
    wire::Logprob logprob{entry(chosen), {}};
    for (llama_token token : best_tokens(logits, n_top)) logprob.top.push_back(entry(token));
    return logprob;
}

}  // namespace corral::engine
