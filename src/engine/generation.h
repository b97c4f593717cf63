#pragma once

// Purpose: one request while it is computed.
//
// `tokens` is what its sequence should hold: the prompt, then every token generated; the first
// `n_in_memory` of them have been computed. What remains is a prompt to read, or the one token to
// go on from; a generation that lost its place (preempted, or its context was cut) just starts with
// nothing in memory. Images and sounds of the prompt stand in `tokens` as their pieces' ids
// (media/pieces.h).

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "engine/prepare.h"

namespace corral::engine {

struct Generation {
    using Clock = std::chrono::steady_clock;

    Prepared request;         // its tokens have moved to `tokens`
    std::uint64_t order = 0;  // of arrival; the youngest gives way when memory is short
    Tokens tokens;
    llama_seq_id sequence = -1;  // -1 while waiting
    std::size_t n_in_memory = 0;
    std::size_t n_shared = 0;        // of those, taken over from another sequence
    std::vector<std::size_t> marks;  // lengths at which to keep a copy of the sequence, ascending

    wire::Timings timings;
    bool has_shown = false;     // a piece of the answer
    Tokens transcript;          // all tokens generated, when the request wants its context
    Tokens prompt;              // likewise
    Clock::time_point arrived;  // in the loop; later: last told that it waits
    Clock::time_point started;  // reading the prompt
    Clock::time_point first_token;

    std::size_t n_pending() const { return tokens.size() - n_in_memory; }
    // Of those, the tokens that come before the next image or sound.
    std::size_t n_pending_text() const {
        return request.media.text_run(n_in_memory, tokens.size());
    }
    llama_pos position(std::size_t index) const { return request.media.position(index); }
    // Cells it will use soon: a generation is given some room beyond what it has.
    std::int64_t n_cells_wanted() const {
        constexpr std::int64_t kHeadroom = 64;
        return static_cast<std::int64_t>(tokens.size()) +
               std::min(kHeadroom, request.n_predict - timings.n_generated);
    }
    bool is_generating() const { return timings.n_generated > 0; }
    // Whether every token that is read is to have its logits.
    bool tells_prompt() const { return request.echo != nullptr && request.echo->needs_logits(); }
};

}  // namespace corral::engine
