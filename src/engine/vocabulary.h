#pragma once

// Purpose: text to tokens and back for one model.
//
// Threads: any; the vocabulary does not change.

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "llama.h"
#include "parse/token_trie.h"

namespace corral::engine {

using Tokens = std::vector<llama_token>;

class Vocabulary {
public:
    explicit Vocabulary(const llama_vocab* vocab);

    // Special tokens written out in the text are recognised. Nothing is added in front.
    Tokens tokenize(std::string_view text) const;
    // Special tokens written out in the text are text like any other.
    Tokens tokenize_plain(std::string_view text) const;
    // As `tokenize`, with the tokens that the model puts around a text.
    Tokens tokenize_whole(std::string_view text) const;
    // The bytes a token stands for; control tokens are empty unless `special`.
    std::string piece(llama_token token, bool special = false) const;
    std::string text(const Tokens& tokens) const;

    bool ends_generation(llama_token token) const { return llama_vocab_is_eog(vocab_, token); }
    bool valid(llama_token token) const { return token >= 0 && token < size_; }
    // The token every prompt of this model begins with, or LLAMA_TOKEN_NULL.
    llama_token start_token() const { return start_; }
    std::int32_t size() const { return size_; }

    // The tokens that stand before the text in front of a gap, before the text behind it, and
    // before what fills it; none when the model has none.
    struct FillMarks {
        llama_token before;
        llama_token behind;
        llama_token between;
    };
    std::optional<FillMarks> fill_marks() const;

    const llama_vocab* get() const { return vocab_; }
    std::span<const llama_token> ends() const { return ends_; }

    // The tokens that show as text, sorted by it: without control tokens and ends. Made at the
    // first call.
    const parse::TokenTrie& trie() const;

private:
    Tokens tokenize(std::string_view text, bool add_special, bool parse_special) const;

    const llama_vocab* vocab_;
    std::int32_t size_;
    llama_token start_;
    Tokens ends_;
    mutable std::once_flag trie_made_;
    mutable std::optional<parse::TokenTrie> trie_;
};

}  // namespace corral::engine
