#pragma once

// Purpose: what is cut when a prompt or a conversation does not fit into the context. Pure
// decisions.
//
// Source: scheduler-runtime.md 11, native-api.md 7.2. Of a text the middle is cut, of a
// conversation the oldest messages that are not system messages. Errors are ErrorCode::invalid with
// http_status 400 and upstream's texts.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/vocabulary.h"
#include "wire/request.h"

namespace corral::engine {

struct TextFit {
    std::int64_t n_ctx = 0;
    std::int64_t num_keep = 0;  // < 0 keeps the whole prompt
    bool has_start_token = false;
    bool truncate = true;
    bool shift = true;
};
// Cuts `tokens` if it must; gives the number of tokens dropped.
[[nodiscard]] Result<std::int64_t> fit_text(Tokens& tokens, const TextFit& fit);

// Cuts the texts around a gap so that together they have at most `n_most` tokens: what is farthest
// from the gap goes, and the text behind it gets a quarter of the room if it needs that. Gives the
// number of tokens dropped.
std::int64_t fit_around_gap(Tokens& before, Tokens& behind, std::int64_t n_most);

// Tokens kept at the front when `n_prompt` tokens were the prompt (scheduler-runtime.md 11, layer
// 4).
std::int64_t kept_tokens(std::int64_t num_keep, std::int64_t n_prompt, bool has_start_token);

// An error when a prompt of this length leaves no room for an answer.
[[nodiscard]] Result<void> check_length(std::int64_t n_tokens, std::int64_t n_ctx);

// The messages left when the first `n_drop` go: their system messages stay, in front.
std::vector<wire::Message> drop_oldest(std::span<const wire::Message> messages, std::size_t n_drop);

// The smallest number of messages to drop so that `fits`, found by bisection; the last message
// always stays, so the answer is messages - 1 when nothing fits. `fits(0)` is known to be false.
std::size_t messages_to_drop(std::size_t n_messages, const std::function<bool(std::size_t)>& fits);

}  // namespace corral::engine
