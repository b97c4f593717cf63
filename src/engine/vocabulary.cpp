#include "engine/vocabulary.h"

namespace corral::engine {

Vocabulary::Vocabulary(const llama_vocab* vocab)
    : vocab_(vocab),
      size_(llama_vocab_n_tokens(vocab)),
      start_(llama_vocab_get_add_bos(vocab) ? llama_vocab_bos(vocab) : LLAMA_TOKEN_NULL) {
    for (llama_token token = 0; token < size_; ++token) {
        if (ends_generation(token)) ends_.push_back(token);
    }
}

std::optional<Vocabulary::FillMarks> Vocabulary::fill_marks() const {
    const FillMarks marks{llama_vocab_fim_pre(vocab_), llama_vocab_fim_suf(vocab_),
                          llama_vocab_fim_mid(vocab_)};
    if (!valid(marks.before) || !valid(marks.behind) || !valid(marks.between)) return std::nullopt;
    return marks;
}

const parse::TokenTrie& Vocabulary::trie() const {
    std::call_once(trie_made_, [this] {
        std::vector<std::string> texts(static_cast<std::size_t>(size_));
        for (llama_token token = 0; token < size_; ++token) {
            if (!ends_generation(token)) texts[static_cast<std::size_t>(token)] = piece(token);
        }
        trie_.emplace(texts);
    });
    return *trie_;
}

Tokens Vocabulary::tokenize(std::string_view text) const {
    return tokenize(text, false, true);
}

Tokens Vocabulary::tokenize_plain(std::string_view text) const {
    return tokenize(text, false, false);
}

Tokens Vocabulary::tokenize_whole(std::string_view text) const {
    return tokenize(text, true, true);
}

Tokens Vocabulary::tokenize(std::string_view text, bool add_special, bool parse_special) const {
    const auto length = static_cast<std::int32_t>(text.size());
    Tokens tokens(text.size() / 2 + 8);
    auto n = llama_tokenize(vocab_, text.data(), length, tokens.data(),
                            static_cast<std::int32_t>(tokens.size()), add_special, parse_special);
    if (n < 0) {
        tokens.resize(static_cast<std::size_t>(-n));
        n = llama_tokenize(vocab_, text.data(), length, tokens.data(), -n, add_special,
                           parse_special);
    }
    tokens.resize(static_cast<std::size_t>(n < 0 ? 0 : n));
    return tokens;
}

std::string Vocabulary::piece(llama_token token, bool special) const {
    std::string bytes(32, '\0');
    auto n = llama_token_to_piece(vocab_, token, bytes.data(),
                                  static_cast<std::int32_t>(bytes.size()), 0, special);
    if (n < 0) {
        bytes.resize(static_cast<std::size_t>(-n));
        n = llama_token_to_piece(vocab_, token, bytes.data(), -n, 0, special);
    }
    bytes.resize(static_cast<std::size_t>(n < 0 ? 0 : n));
    return bytes;
}

std::string Vocabulary::text(const Tokens& tokens) const {
    std::string text;
    for (llama_token token : tokens) text += piece(token, true);
    return text;
}

}  // namespace corral::engine
