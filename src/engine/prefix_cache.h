#pragma once

// Purpose: remembers which tokens the idle sequences of the model's memory hold, so that a request
// that begins alike need not compute them again. Bookkeeping only: it touches no memory.
//
// Ownership: a sequence id is either free, held by a generation, or held here.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/vocabulary.h"

namespace corral::engine {

// Tokens both begin with.
std::size_t common_prefix(std::span<const llama_token> a, std::span<const llama_token> b);

class PrefixCache {
public:
    struct Entry {
        llama_seq_id sequence = -1;
        Tokens tokens;
        std::uint64_t last_use = 0;
    };

    void add(llama_seq_id sequence, Tokens tokens);
    // Removes the least recently used entry and gives its sequence back; nothing when empty.
    std::optional<llama_seq_id> evict_oldest();
    // Removes entries whose tokens all stand at the front of `tokens`; gives their sequences back.
    std::vector<llama_seq_id> remove_prefixes_of(std::span<const llama_token> tokens);
    bool holds(std::span<const llama_token> tokens) const;

    const std::vector<Entry>& entries() const { return entries_; }
    void touch(llama_seq_id sequence);

private:
    std::vector<Entry> entries_;
    std::uint64_t clock_ = 0;
};

}  // namespace corral::engine
