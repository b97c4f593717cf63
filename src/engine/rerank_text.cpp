#include "engine/rerank_text.h"

#include <algorithm>

#include "base/text.h"

namespace corral::engine {
namespace {

std::unexpected<Error> refuse_pair(std::string_view why) {
    return fail(Error{ErrorCode::invalid, std::string(why), {}, 400});
}

void append(Tokens& tokens, const Tokens& more) {
    tokens.insert(tokens.end(), more.begin(), more.end());
}

// Query and document with what the vocabulary puts around and between them.
Tokens join_pair(const Vocabulary& vocabulary, const Tokens& query, const Tokens& document) {
    const llama_vocab* vocab = vocabulary.get();
    llama_token end = llama_vocab_eos(vocab);
    if (end == LLAMA_TOKEN_NULL) end = llama_vocab_sep(vocab);
    Tokens tokens;
    if (llama_vocab_get_add_bos(vocab)) tokens.push_back(llama_vocab_bos(vocab));
    append(tokens, query);
    if (llama_vocab_get_add_eos(vocab)) tokens.push_back(end);
    if (llama_vocab_get_add_sep(vocab)) tokens.push_back(llama_vocab_sep(vocab));
    append(tokens, document);
    if (llama_vocab_get_add_eos(vocab)) tokens.push_back(end);
    return tokens;
}

}  // namespace

PairReader::PairReader(const Vocabulary& vocabulary, const char* pattern, std::string_view query,
                       bool truncate, std::int64_t capacity)
    : vocabulary_(vocabulary), query_(query), truncate_(truncate), capacity_(capacity) {
    if (pattern != nullptr) pattern_ = replace_all(pattern, "{query}", query);
}

Result<TextReader::Text> PairReader::read(std::string_view document) const {
    Tokens tokens = tokens_of(document);
    std::int64_t n_too_many = std::ssize(tokens) - capacity_;
    if (tokens.empty()) return refuse_pair("query and document cannot both be empty");
    if (n_too_many <= 0) return TextReader::Text{std::move(tokens), 0};
    if (!truncate_) return refuse_pair("a document is longer than the context length");
    const std::int64_t n_whole = std::ssize(tokens);
    tokens = cut(document, n_too_many);
    if (std::ssize(tokens) > capacity_)
        return refuse_pair("the query is longer than the context length");
    const std::int64_t n_dropped = n_whole - std::ssize(tokens);
    return TextReader::Text{std::move(tokens), n_dropped};
}

Tokens PairReader::tokens_of(std::string_view document) const {
    if (pattern_) return vocabulary_.tokenize(replace_all(*pattern_, "{document}", document));
    return join_pair(vocabulary_, vocabulary_.tokenize_plain(query_),
                     vocabulary_.tokenize_plain(document));
}

Tokens PairReader::cut(std::string_view document, std::int64_t n_too_many) const {
    // Of a text that is tokenized again, one token may become two at the cut.
    constexpr std::int64_t kSpare = 2;
    Tokens kept = vocabulary_.tokenize_plain(document);
    const std::int64_t n_spare = pattern_ ? kSpare : 0;
    const std::int64_t n_kept = std::ssize(kept) - n_too_many - n_spare;
    kept.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, n_kept)));
    if (pattern_) return tokens_of(vocabulary_.text(kept));
    return join_pair(vocabulary_, vocabulary_.tokenize_plain(query_), kept);
}

}  // namespace corral::engine
