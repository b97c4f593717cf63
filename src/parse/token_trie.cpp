#include "parse/token_trie.h"

#include <algorithm>
#include <limits>

namespace corral::parse {

bool TokenMask::empty() const {
    return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
}

TokenTrie::TokenTrie(std::span<const std::string> texts) {
    constexpr std::size_t kMaxLength = std::numeric_limits<std::uint16_t>::max();
    for (std::uint32_t token = 0; token < texts.size(); ++token) {
        if (!texts[token].empty() && texts[token].size() < kMaxLength) sorted_.push_back(token);
    }
    std::ranges::stable_sort(
        sorted_, {}, [&](std::uint32_t token) -> const std::string& { return texts[token]; });
    std::vector<std::uint32_t> path;  // the nodes of the last text
    std::string_view last;
    const auto close = [&](std::size_t depth) {
        for (; path.size() > depth; path.pop_back())
            nodes_[path.back()].end = static_cast<std::uint32_t>(nodes_.size());
    };
    for (std::uint32_t i = 0; i < sorted_.size(); ++i) {
        const std::string_view text = texts[sorted_[i]];
        const auto common =
            static_cast<std::size_t>(std::ranges::mismatch(last, text).in2 - text.begin());
        close(common);
        for (std::size_t depth = common; depth < text.size(); ++depth) {
            path.push_back(static_cast<std::uint32_t>(nodes_.size()));
            nodes_.push_back({0, i, i, static_cast<std::uint16_t>(depth),
                              static_cast<std::uint8_t>(text[depth])});
        }
        nodes_[path.back()].last = i + 1;
        max_depth_ = std::max(max_depth_, text.size());
        last = text;
    }
    close(0);
}

void TokenTrie::collect(GrammarMatcher& matcher, GrammarMatcher::State state,
                        TokenMask& mask) const {
    std::vector<GrammarMatcher::State> states(max_depth_ + 1);
    states[0] = state;
    for (std::size_t i = 0; i < nodes_.size();) {
        const Node& node = nodes_[i];
        const GrammarMatcher::State next = matcher.after(states[node.depth], node.byte);
        if (next == GrammarMatcher::kDead) {
            i = node.end;
            continue;
        }
        states[node.depth + 1U] = next;
        for (std::uint32_t at = node.first; at < node.last; ++at) mask.add(sorted_[at]);
        ++i;
    }
}

}  // namespace corral::parse
