#include "engine/echo.h"

#include <limits>
#include <utility>

#include "base/utf8.h"
#include "engine/logprobs.h"

namespace corral::engine {

Echo::Echo(const Vocabulary& vocabulary, Tokens prompt, Setup setup)
    : vocabulary_(vocabulary), prompt_(std::move(prompt)), setup_(std::move(setup)) {
    const bool has_start = !prompt_.empty() && prompt_.front() == vocabulary.start_token();
    n_told_ = has_start ? 1 : 0;
}

wire::Delta Echo::begin() {
    if (!setup_.logprobs) {
        n_told_ = prompt_.size();
        told_.content = std::move(setup_.text);
    } else if (n_told_ == 0 && !prompt_.empty()) {
        const auto piece = vocabulary_.piece(prompt_.front(), true);
        tell({{sanitize_utf8(piece), std::numeric_limits<double>::quiet_NaN()}, {}});
    }
    return take();
}

void Echo::add(std::size_t index, std::span<const float> logits) {
    if (index != n_told_ || index >= prompt_.size()) return;
    tell(make_logprob(vocabulary_, logits, prompt_[index], setup_.n_top));
}

void Echo::tell(wire::Logprob logprob) {
    told_.content += utf8_.push(vocabulary_.piece(prompt_[n_told_], true));
    told_.logprobs.push_back(std::move(logprob));
    if (++n_told_ == prompt_.size()) told_.content += utf8_.finish();
}

wire::Delta Echo::take() {
    return std::exchange(told_, {});
}

}  // namespace corral::engine
