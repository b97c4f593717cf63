#include "engine/prompt_fit.h"

#include <algorithm>

namespace corral::engine {
namespace {

constexpr const char* kTooLong =
    "the prompt is longer than the context length currently available to the model; shorten the "
    "prompt, adjust the context length in settings, or use a model with a longer context length";

}  // namespace

std::int64_t kept_tokens(std::int64_t num_keep, std::int64_t n_prompt, bool has_start_token) {
    return (num_keep < 0 ? n_prompt : num_keep) + (has_start_token ? 1 : 0);
}

Result<std::int64_t> fit_text(Tokens& tokens, const TextFit& fit) {
    const auto n = static_cast<std::int64_t>(tokens.size());
    if (!fit.truncate || fit.n_ctx <= 1 || n <= fit.n_ctx - 1) return 0;
    if (!fit.shift) return fail(Error{ErrorCode::invalid, kTooLong, {}, 400});
    const std::int64_t keep =
        std::min(kept_tokens(fit.num_keep, n, fit.has_start_token), fit.n_ctx - 1);
    const std::int64_t total = fit.n_ctx - std::max<std::int64_t>((fit.n_ctx - keep) / 2, 1);
    const std::int64_t n_dropped = n - total;
    tokens.erase(tokens.begin() + keep, tokens.begin() + keep + n_dropped);
    return n_dropped;
}

std::int64_t fit_around_gap(Tokens& before, Tokens& behind, std::int64_t n_most) {
    const auto n_before = static_cast<std::int64_t>(before.size());
    const auto n_behind = static_cast<std::int64_t>(behind.size());
    const std::int64_t n_dropped = std::max<std::int64_t>(0, n_before + n_behind - n_most);
    if (n_dropped == 0) return 0;
    const std::int64_t keep_behind = std::min(n_behind, std::max(n_most / 4, n_most - n_before));
    const std::int64_t keep_before = std::max<std::int64_t>(0, n_most - keep_behind);
    before.erase(before.begin(), before.end() - std::min(keep_before, n_before));
    behind.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, keep_behind)));
    return n_dropped;
}

Result<void> check_length(std::int64_t n_tokens, std::int64_t n_ctx) {
    if (n_tokens < n_ctx) return {};
    return fail(
        Error{ErrorCode::invalid,
              fmt::format(
                  R"({{"error":{{"code":400,"message":"request ({} tokens) exceeds the available )"
                  R"(context size ({} tokens), try increasing it",)"
                  R"("type":"exceed_context_size_error","n_prompt_tokens":{},"n_ctx":{}}}}})",
                  n_tokens, n_ctx, n_tokens, n_ctx),
              {},
              400});
}

std::vector<wire::Message> drop_oldest(std::span<const wire::Message> messages,
                                       std::size_t n_drop) {
    std::vector<wire::Message> kept;
    std::ranges::copy_if(messages.first(n_drop), std::back_inserter(kept),
                         [](const wire::Message& message) { return message.role == "system"; });
    std::ranges::copy(messages.subspan(n_drop), std::back_inserter(kept));
    return kept;
}

std::size_t messages_to_drop(std::size_t n_messages, const std::function<bool(std::size_t)>& fits) {
    std::size_t low = 1;
    std::size_t high = n_messages - 1;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (fits(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return high;
}

}  // namespace corral::engine
