#include "engine/embedding_text.h"

#include <algorithm>

namespace corral::engine {
namespace {

constexpr std::int64_t kMostAround = 2;  // tokens put around a text

std::unexpected<Error> refuse_text(std::string_view why) {
    return fail(Error{ErrorCode::invalid, std::string(why), {}, 400});
}

std::unexpected<Error> too_long() {
    return refuse_text("the input length exceeds the context length");
}

std::unexpected<Error> nothing_left() {
    return refuse_text("input after truncation exceeds maximum context length");
}

}  // namespace

std::int64_t text_limit(std::int64_t max_tokens, const Tokens& plain, const EmbeddingFacts& facts) {
    if (plain.empty()) return max_tokens;
    const bool lacks_start = facts.start_is_added && plain.front() != facts.start_id;
    const bool lacks_end = facts.end_is_added && plain.back() != facts.end_id;
    return max_tokens - (lacks_start ? 1 : 0) - (lacks_end ? 1 : 0);
}

Result<TextReader::Text> TextReader::read(std::string_view text) const {
    Tokens whole = vocabulary_.tokenize_whole(text);
    if (whole.empty()) return refuse_text("Input content cannot be empty");
    const auto n = static_cast<std::int64_t>(whole.size());
    // Nearly every text: so short that it need not be tokenized a second time.
    if (n <= request_.max_tokens - kMostAround && n <= capacity_) return Text{std::move(whole), 0};
    return fit(text, std::move(whole));
}

Result<TextReader::Text> TextReader::read(std::span<const std::int32_t> plain) const {
    if (plain.empty()) return refuse_text("Input content cannot be empty");
    const auto is_known = [&](llama_token token) { return vocabulary_.valid(token); };
    if (!std::ranges::all_of(plain, is_known))
        return refuse_text("there are tokens this model does not have");
    const Around around = tokens_around();
    const auto n_around = std::ssize(around.before) + std::ssize(around.behind);
    const std::int64_t limit = std::min(request_.max_tokens, capacity_) - n_around;
    const auto n = static_cast<std::int64_t>(plain.size());
    if (n > limit && !request_.truncate) return too_long();
    if (limit <= 0) return nothing_left();
    const std::int64_t kept = std::min(n, limit);
    Tokens whole = around.before;
    whole.insert(whole.end(), plain.begin(), plain.begin() + kept);
    whole.insert(whole.end(), around.behind.begin(), around.behind.end());
    return Text{std::move(whole), n - kept};
}

// By what the model makes of a text that it knows.
TextReader::Around TextReader::tokens_around() const {
    constexpr std::string_view kAnyText = "a";
    const Tokens plain = vocabulary_.tokenize(kAnyText);
    const Tokens whole = vocabulary_.tokenize_whole(kAnyText);
    const auto inner = std::ranges::search(whole, plain);
    if (plain.empty() || inner.empty()) return {};
    return {{whole.begin(), inner.begin()}, {inner.end(), whole.end()}};
}

Result<TextReader::Text> TextReader::fit(std::string_view text, Tokens whole) const {
    const Tokens plain = vocabulary_.tokenize(text);
    const auto n = static_cast<std::int64_t>(plain.size());
    const std::int64_t limit = text_limit(request_.max_tokens, plain, facts_);
    if (n > limit) {
        if (!request_.truncate) return too_long();
        if (limit <= 0) return nothing_left();
        whole = cut(plain, limit);
    }
    const std::int64_t kept = std::min(n, limit);
    if (std::ssize(whole) <= capacity_) return Text{std::move(whole), n - kept};

    // What upstream tries when its engine refuses a text.
    if (!request_.truncate) return too_long();
    const std::int64_t batch_limit = text_limit(request_.batch_tokens, plain, facts_);
    if (kept <= batch_limit) {
        return refuse_text("input exceeds maximum context length and cannot be truncated further");
    }
    if (batch_limit <= 0) return nothing_left();
    whole = cut(plain, batch_limit);
    if (std::ssize(whole) > capacity_) return too_long();
    return Text{std::move(whole), n - batch_limit};
}

Tokens TextReader::cut(const Tokens& plain, std::int64_t n) const {
    return vocabulary_.tokenize_whole(vocabulary_.text({plain.begin(), plain.begin() + n}));
}

}  // namespace corral::engine
