#include "engine/pace.h"

#include <algorithm>

namespace corral::engine {
namespace {

constexpr std::int64_t kFirstChunk = 32;  // while nothing is known and others generate
constexpr double kWeight = 0.3;           // of the newest measurement

void learn(double& average, double value) {
    average = average == 0 ? value : average + kWeight * (value - average);
}

}  // namespace

std::int64_t Pace::prompt_tokens(std::int64_t n_generating, std::int64_t n_prompts) const {
    const std::int64_t room = std::max<std::int64_t>(1, n_batch_ - n_generating);
    const std::int64_t wanted = wanted_tokens(n_generating, n_prompts);
    const std::int64_t left_over = (n_generating + wanted) % kRowBlock;
    return std::min(room, wanted - left_over < kMinTokens ? wanted : wanted - left_over);
}

std::int64_t Pace::wanted_tokens(std::int64_t n_generating, std::int64_t n_prompts) const {
    if (prompt_token_ms_ == 0) return n_generating > 0 ? kFirstChunk : kAloneTokens;
    if (n_generating == 0) {
        return std::max(static_cast<std::int64_t>(kAloneMs / prompt_token_ms_), kAloneTokens);
    }
    const auto n_shares = static_cast<double>(std::clamp<std::int64_t>(n_prompts, 1, kCrowd));
    const double more_than_run = static_cast<double>(n_prompts) / static_cast<double>(n_generating);
    const double budget_ms =
        std::clamp(kShare * generating_ms(n_generating) * std::max(n_shares, more_than_run),
                   kMinPromptMs, kMaxPromptMs * n_shares);
    return std::max(static_cast<std::int64_t>(budget_ms / prompt_token_ms_), kMinTokens);
}

std::int64_t Pace::n_more(std::int64_t n_generating) const {
    return std::max<std::int64_t>(0, n_generating - n_generate_);
}

double Pace::generating_ms(std::int64_t n_generating) const {
    return generate_ms_ + static_cast<double>(n_more(n_generating)) * prompt_token_ms_;
}

void Pace::record(std::int64_t n_generating, std::int64_t n_prompt, double milliseconds) {
    if (n_prompt == 0) {
        learn(generate_ms_, milliseconds);
        n_generate_ = n_generating;
        return;
    }
    const double generating = n_generating > 0 ? generate_ms_ : 0;
    const double of_prompt = std::max(milliseconds - generating, 0.1 * milliseconds);
    const auto n_tokens = static_cast<double>(n_prompt + n_more(n_generating));
    learn(prompt_token_ms_, std::max(1e-3, of_prompt / n_tokens));
}

}  // namespace corral::engine
