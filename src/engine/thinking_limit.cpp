#include "engine/thinking_limit.h"

#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace corral::engine {

ThinkingLimit::ThinkingLimit(const Vocabulary& vocabulary, std::unique_ptr<Sampler> sampler,
                             const ThinkingMarks& marks, std::int64_t n_most)
    : vocabulary_(vocabulary),
      sampler_(std::move(sampler)),
      start_(marks.start),
      ends_(marks.ends),
      closing_(vocabulary.tokenize(marks.ends.front())),
      where_(marks.is_begun ? Where::inside : Where::before),
      n_left_(n_most) {}

void ThinkingLimit::accept_prompt(std::span<const llama_token> tokens) {
    sampler_->accept_prompt(tokens);
}

Result<llama_token> ThinkingLimit::sample(llama_context* context, std::int32_t row) {
    if (has_to_end()) {
        const llama_token token = closing_[n_said_++];
        accept(token);
        return token;
    }
    CORRAL_TRY(const llama_token token, sampler_->sample(context, row));
    follow(token);
    return token;
}

void ThinkingLimit::accept(llama_token token) {
    sampler_->accept(token);
    follow(token);
}

// Once the mark has been begun it is said to its end.
bool ThinkingLimit::has_to_end() const {
    if (n_said_ == closing_.size()) return false;
    return n_said_ > 0 || (where_ == Where::inside && n_left_ <= 0 && unfinished_.empty());
}

void ThinkingLimit::follow(llama_token token) {
    if (where_ == Where::behind) return;
    const std::string text = vocabulary_.piece(token, true);
    if (where_ == Where::before) return look_for_start(text);
    --n_left_;
    unfinished_ += text;
    unfinished_.erase(0, complete_utf8_length(unfinished_));
    if (ends_.push(text)) where_ = Where::behind;
}

void ThinkingLimit::look_for_start(const std::string& text) {
    beginning_ += text;
    const std::string_view said = trim_left(beginning_);
    if (said.starts_with(start_)) {
        where_ = Where::inside;
        if (ends_.push(said.substr(start_.size()))) where_ = Where::behind;
    } else if (!std::string_view(start_).starts_with(said)) {
        where_ = Where::behind;
    }
}

}  // namespace corral::engine
