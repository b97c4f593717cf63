// Feeds arbitrary bytes as a grammar and a text to follow through it, separated by a NUL. A token
// trie must agree with the matcher about which texts fit.

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "parse/grammar.h"
#include "parse/grammar_matcher.h"
#include "parse/token_trie.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace corral::parse;
    constexpr std::size_t kMaxInput = 4096;
    if (size > kMaxInput) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t split = input.find('\0');
    auto grammar = Grammar::parse(input.substr(0, split));
    if (!grammar || split == std::string_view::npos) return 0;
    GrammarMatcher matcher(std::make_shared<const Grammar>(std::move(*grammar)));
    const std::string_view text = input.substr(split + 1);
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < text.size() && tokens.size() < 64; ++i) {
        tokens.emplace_back(text.substr(i, 1 + i % 5));
    }
    const TokenTrie trie(tokens);
    auto state = matcher.start();
    for (std::size_t i = 0; i < text.size() && state != GrammarMatcher::kDead; ++i) {
        TokenMask mask(tokens.size());
        trie.collect(matcher, state, mask);
        for (std::size_t token = 0; token < tokens.size() && !matcher.gave_up(); ++token) {
            const bool fits = matcher.after(state, tokens[token]) != GrammarMatcher::kDead;
            if (!matcher.gave_up() && fits != mask.contains(token)) std::abort();
        }
        state = matcher.after(state, data[split + 1 + i]);
    }
    return 0;
}
