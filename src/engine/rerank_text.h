#pragma once

// Purpose: a query and a document as the one text a reranker scores.
//
// Models that come with a text for it (a chat template called `rerank`, as Qwen3 Reranker has) get
// that with `{query}` and `{document}` filled in; others, the BERT family above all, get start,
// query, end, separator, document, end, as far as their vocabulary puts such tokens. What does not
// fit loses the end of the document, never of the query.
//
// Errors: 400 when the query alone fills the context, or when a document is too long and must not
// be cut. Source: llama.cpp v0.5.0, format_prompt_rerank of its server.

#include <optional>
#include <string>
#include <string_view>

#include "engine/embedding_text.h"
#include "engine/vocabulary.h"

namespace corral::engine {

class PairReader {
public:
    // `pattern`: the model's own text, or null. `vocabulary` is kept by reference.
    PairReader(const Vocabulary& vocabulary, const char* pattern, std::string_view query,
               bool truncate, std::int64_t capacity);

    [[nodiscard]] Result<TextReader::Text> read(std::string_view document) const;

private:
    Tokens tokens_of(std::string_view document) const;
    Tokens cut(std::string_view document, std::int64_t n_too_many) const;

    const Vocabulary& vocabulary_;
    std::optional<std::string> pattern_;
    std::string query_;
    bool truncate_;
    std::int64_t capacity_;
};

}  // namespace corral::engine
