#pragma once

// Purpose: a vocabulary sorted by the bytes of its tokens, so that all tokens with a common
// beginning are judged together: which of 128 thousand tokens may come next is found in well under
// a millisecond when a grammar leaves little choice, and in about one when it leaves much.
//
// Threads: const after construction; share it.

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "parse/grammar_matcher.h"

namespace corral::parse {

// A set of tokens.
class TokenMask {
public:
    explicit TokenMask(std::size_t n_tokens = 0) : words_((n_tokens + 63) / 64) {}

    void add(std::size_t token) { words_[token / 64] |= 1ULL << token % 64; }
    bool contains(std::size_t token) const { return (words_[token / 64] >> token % 64 & 1) != 0; }
    void add(const TokenMask& others) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= others.words_[i];
    }
    bool empty() const;

    // Calls `visit(token)` for each token, in ascending order.
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (std::uint64_t word = words_[i]; word != 0; word &= word - 1)
                visit(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
        }
    }

private:
    std::vector<std::uint64_t> words_;
};

class TokenTrie {
public:
    // Texts by token; tokens whose text is empty are in no mask.
    explicit TokenTrie(std::span<const std::string> texts);

    // Adds to `mask` the tokens after which `matcher` is still alive.
    void collect(GrammarMatcher& matcher, GrammarMatcher::State state, TokenMask& mask) const;

private:
    struct Node {             // in depth-first order
        std::uint32_t end;    // the first node behind this one's descendants
        std::uint32_t first;  // its tokens are sorted_[first, last)
        std::uint32_t last;
        std::uint16_t depth;  // of the state before its byte
        std::uint8_t byte;
    };

    std::vector<Node> nodes_;
    std::vector<std::uint32_t> sorted_;
    std::size_t max_depth_ = 0;
};

}  // namespace corral::parse
