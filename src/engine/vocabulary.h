#pragma once

// Purpose: text to tokens and back for one model.
//
// Threads: any; the vocabulary does not change.

#include <string>
#include <string_view>
#include <vector>

#include "llama.h"

namespace corral::engine {

using Tokens = std::vector<llama_token>;

class Vocabulary {
public:
    explicit Vocabulary(const llama_vocab* vocab);

    // Special tokens written out in the text are recognised. Nothing is added in front.
    Tokens tokenize(std::string_view text) const;
    // The bytes a token stands for; control tokens are empty unless `special`.
    std::string piece(llama_token token, bool special = false) const;
    std::string text(const Tokens& tokens) const;

    bool ends_generation(llama_token token) const { return llama_vocab_is_eog(vocab_, token); }
    bool valid(llama_token token) const { return token >= 0 && token < size_; }
    // The token every prompt of this model begins with, or LLAMA_TOKEN_NULL.
    llama_token start_token() const { return start_; }
    std::int32_t size() const { return size_; }
    const llama_vocab* get() const { return vocab_; }

private:
    const llama_vocab* vocab_;
    std::int32_t size_;
    llama_token start_;
};

}  // namespace corral::engine
