#include "engine/vocabulary.h"

namespace corral::engine {

Vocabulary::Vocabulary(const llama_vocab* vocab)
    : vocab_(vocab),
      size_(llama_vocab_n_tokens(vocab)),
      start_(llama_vocab_get_add_bos(vocab) ? llama_vocab_bos(vocab) : LLAMA_TOKEN_NULL) {}

Tokens Vocabulary::tokenize(std::string_view text) const {
    const auto length = static_cast<std::int32_t>(text.size());
    Tokens tokens(text.size() / 2 + 8);
    auto n = llama_tokenize(vocab_, text.data(), length, tokens.data(),
                            static_cast<std::int32_t>(tokens.size()), false, true);
    if (n < 0) {
        tokens.resize(static_cast<std::size_t>(-n));
        n = llama_tokenize(vocab_, text.data(), length, tokens.data(), -n, false, true);
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
