#pragma once

// Purpose: ends thoughts that take more tokens than a request allows: the mark that ends thinking
// is what the model says next, and it goes on with its answer from there.
//
// It stands around another sampler. Limited is the thinking that an answer begins with, behind the
// mark that begins it or in a prompt that ends with that mark. A character of several tokens is
// finished first.
//
// Source: openai-anthropic-api.md 15.4. Threads: one at a time.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/sampler.h"
#include "parse/word_watch.h"

namespace corral::engine {

struct ThinkingMarks {
    std::string start;
    std::vector<std::string> ends;  // the first one is what is said
    bool is_begun = false;          // the prompt ends inside
};

class ThinkingLimit : public Sampler {
public:
    // `marks` has a start and an end. `vocabulary` outlives the sampler.
    ThinkingLimit(const Vocabulary& vocabulary, std::unique_ptr<Sampler> sampler,
                  const ThinkingMarks& marks, std::int64_t n_most);

    void accept_prompt(std::span<const llama_token> tokens) override;
    [[nodiscard]] Result<llama_token> sample(llama_context* context, std::int32_t row) override;
    void accept(llama_token token) override;

private:
    enum class Where { before, inside, behind };

    bool has_to_end() const;
    void follow(llama_token token);
    void look_for_start(const std::string& text);

    const Vocabulary& vocabulary_;
    std::unique_ptr<Sampler> sampler_;
    std::string start_;
    parse::WordWatch ends_;
    Tokens closing_;  // the mark that ends thinking

    Where where_;
    std::int64_t n_left_;     // tokens that may still be thoughts
    std::string beginning_;   // of the answer, in which the start is looked for
    std::string unfinished_;  // bytes of a character that is not complete
    std::size_t n_said_ = 0;  // of closing_
};

}  // namespace corral::engine
