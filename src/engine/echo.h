#pragma once

// Purpose: tells a prompt as the beginning of its answer, for who asked for that, and how probable
// the model finds each of its tokens.
//
// With log-probabilities the prompt is told token by token as it is read, since each needs the
// logits behind the token before it; without, at once. The start token that a model puts in front
// is not told. The first token of a prompt without one has nothing before it: its log-probability
// is NaN. What is read a second time, because the generation lost its place, is not told again.
//
// Threads: the engine's thread only, once made. Source: openai-anthropic-api.md 15.7; OpenAI's
// reference of completions.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary.h"
#include "parse/utf8_assembler.h"
#include "wire/event.h"

namespace corral::engine {

class Echo {
public:
    struct Setup {
        std::string text;  // the prompt as it was sent
        bool logprobs = false;
        std::int64_t n_top = 0;
    };
    // `prompt`: its tokens, with the start token.
    Echo(const Vocabulary& vocabulary, Tokens prompt, Setup setup);

    // What can be told before anything is read.
    wire::Delta begin();
    // Whether the logits behind every token of the prompt are wanted.
    bool needs_logits() const { return n_told_ < prompt_.size(); }
    // Tells prompt[index] by the logits behind the token before it.
    void add(std::size_t index, std::span<const float> logits);
    // What was added since the last call; empty when that is nothing.
    wire::Delta take();

private:
    void tell(wire::Logprob logprob);

    const Vocabulary& vocabulary_;
    Tokens prompt_;
    Setup setup_;
    std::size_t n_told_ = 0;  // tokens
    parse::Utf8Assembler utf8_;
    wire::Delta told_;
};

}  // namespace corral::engine
