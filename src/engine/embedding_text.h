#pragma once

// Purpose: the texts of an Embed as tokens, cut to what the model can take.
//
// A text is measured without the start and end token that the model puts around it; the limit
// leaves room for those it lacks. What is too long is cut by tokens and turned back into text,
// which is then tokenized like any other.
//
// Errors: 400 with upstream's texts. Source: native-api.md 8.7.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "engine/embedding_context.h"
#include "engine/vocabulary.h"
#include "wire/request.h"

namespace corral::engine {

// A text is at most max_tokens - the tokens around it that `plain` lacks.
std::int64_t text_limit(std::int64_t max_tokens, const Tokens& plain, const EmbeddingFacts& facts);

class TextReader {
public:
    // `capacity`: tokens of one text that the context can take. All are kept by reference.
    TextReader(const Vocabulary& vocabulary, const EmbeddingFacts& facts,
               const wire::Embed& request, std::int64_t capacity)
        : vocabulary_(vocabulary), facts_(facts), request_(request), capacity_(capacity) {}

    struct Text {
        Tokens tokens;  // with what the model puts around a text; not empty
        std::int64_t n_dropped = 0;
    };
    [[nodiscard]] Result<Text> read(std::string_view text) const;
    // A text that is given as tokens, without those around it: cut as it is.
    [[nodiscard]] Result<Text> read(std::span<const std::int32_t> plain) const;

private:
    [[nodiscard]] Result<Text> fit(std::string_view text, Tokens whole) const;
    Tokens cut(const Tokens& plain, std::int64_t n) const;
    struct Around {
        Tokens before, behind;
    };
    Around tokens_around() const;

    const Vocabulary& vocabulary_;
    const EmbeddingFacts& facts_;
    const wire::Embed& request_;
    std::int64_t capacity_;
};

}  // namespace corral::engine
