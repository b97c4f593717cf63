#pragma once

// Purpose: the tokens of one llama_decode call, of any number of sequences.

#include <algorithm>
#include <cstdint>
#include <span>

#include "engine/vocabulary.h"

namespace corral::engine {

class Batch {
public:
    explicit Batch(std::int32_t n_max) : batch_(llama_batch_init(n_max, 0, 1)), n_max_(n_max) {}
    ~Batch() { llama_batch_free(batch_); }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    // Adds `tokens` from `position` on. With `wants_logits` the last one's logits are computed; the
    // value is then the row they will be found in.
    std::int32_t add(llama_seq_id sequence, llama_pos position, std::span<const llama_token> tokens,
                     bool wants_logits) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const std::int32_t n = batch_.n_tokens++;
            batch_.token[n] = tokens[i];
            batch_.pos[n] = position + static_cast<llama_pos>(i);
            batch_.n_seq_id[n] = 1;
            batch_.seq_id[n][0] = sequence;
            batch_.logits[n] = static_cast<std::int8_t>(wants_logits && i + 1 == tokens.size());
        }
        return batch_.n_tokens - 1;
    }

    // The last `n` tokens added are outputs, whose rows are those that end with the last one's.
    void want_outputs(std::size_t n) {
        std::fill_n(batch_.logits + batch_.n_tokens - n, n, std::int8_t{1});
    }
    // For embeddings every token is an output.
    void want_all_outputs() { std::fill_n(batch_.logits, batch_.n_tokens, std::int8_t{1}); }

    void clear() { batch_.n_tokens = 0; }
    std::int32_t size() const { return batch_.n_tokens; }
    std::int32_t room() const { return n_max_ - batch_.n_tokens; }
    const llama_batch& get() const { return batch_; }

private:
    llama_batch batch_;
    std::int32_t n_max_;
};

}  // namespace corral::engine
