#include "engine/prefix_cache.h"

#include <algorithm>

namespace corral::engine {

std::size_t common_prefix(std::span<const llama_token> a, std::span<const llama_token> b) {
    const auto difference = std::ranges::mismatch(a, b);
    return static_cast<std::size_t>(difference.in1 - a.begin());
}

void PrefixCache::add(llama_seq_id sequence, Tokens tokens) {
    entries_.push_back({sequence, std::move(tokens), ++clock_});
}

std::optional<llama_seq_id> PrefixCache::evict_oldest() {
    const auto oldest = std::ranges::min_element(entries_, {}, &Entry::last_use);
    if (oldest == entries_.end()) return std::nullopt;
    const llama_seq_id sequence = oldest->sequence;
    entries_.erase(oldest);
    return sequence;
}

std::vector<llama_seq_id> PrefixCache::remove_prefixes_of(std::span<const llama_token> tokens) {
    std::vector<llama_seq_id> removed;
    std::erase_if(entries_, [&](const Entry& entry) {
        if (common_prefix(entry.tokens, tokens) < entry.tokens.size()) return false;
        removed.push_back(entry.sequence);
        return true;
    });
    return removed;
}

bool PrefixCache::holds(std::span<const llama_token> tokens) const {
    return std::ranges::any_of(
        entries_, [&](const Entry& entry) { return std::ranges::equal(entry.tokens, tokens); });
}

void PrefixCache::touch(llama_seq_id sequence) {
    for (Entry& entry : entries_) {
        if (entry.sequence == sequence) entry.last_use = ++clock_;
    }
}

}  // namespace corral::engine
