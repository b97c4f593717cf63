#pragma once

// Purpose: who holds which sequence of the model's memory, and what may be taken over from whom.
//
// A generation gets a sequence that already holds the longest prefix of its tokens found in any
// other sequence, idle or running. Finished sequences stay as cached prefixes until their place is
// needed. Memories that cannot be cut (memory.h) keep copies at two lengths: all of the prompt but
// its last token, so that the same prompt or its next turn can go on from there, and the length at
// which a prompt departed from another one, since a beginning seen twice is likely to come again.
//
// Threads: the engine's thread only.

#include <memory>
#include <optional>
#include <vector>

#include "engine/generation.h"
#include "engine/memory.h"
#include "engine/prefix_cache.h"

namespace corral::engine {

using Generations = std::vector<std::unique_ptr<Generation>>;

class Sequences {
public:
    Sequences(llama_context* context, std::int32_t n_sequences);

    // Gives `generation` a sequence and what others have computed of its tokens. `running` are the
    // generations that have sequences now. Needs a free or cached sequence, which exists while
    // fewer generations run than planned for.
    void acquire(Generation& generation, const Generations& running);
    // Whether another generation is about to compute much of what this one needs.
    bool should_wait(const Generation& generation, const Generations& running) const;
    // Cells the generations hold or will need soon; what they share counts once.
    std::int64_t cells_wanted(const Generations& running) const;
    // Keeps the finished generation's sequence as a cached prefix.
    void retire(Generation& generation);
    // Empties the generation's sequence and frees it; it will compute everything again.
    void drop(Generation& generation);

    // Tokens that may be read before a copy has to be taken.
    std::size_t readable(const Generation& generation) const;
    // Takes the copies that are due.
    void keep_copies(Generation& generation);

    // Frees cells by giving up the least recently used cached prefix. False when there is none.
    bool evict();

    // Forgets `n` tokens after the first `n_keep`, in memory where it can be done, else by starting
    // over without them.
    void discard(Generation& generation, std::size_t n_keep, std::size_t n);

private:
    struct Source {
        llama_seq_id sequence = -1;
        std::size_t n = 0;  // tokens to take from it
        Prefix prefix;      // the same, as memory counts
    };
    void consider(Source& best, std::size_t& longest, const Generation& generation,
                  llama_seq_id sequence, std::span<const llama_token> tokens) const;
    Source find_source(const Generation& generation, const Generations& running,
                       std::size_t& longest) const;
    void set_marks(Generation& generation, std::size_t longest) const;
    std::optional<llama_seq_id> take_sequence();
    void release(llama_seq_id sequence);
    bool is_shared(llama_seq_id sequence) const;
    bool unshare(llama_seq_id sequence);

    Memory memory_;
    PrefixCache cache_;
    std::vector<llama_seq_id> free_;
    // Sequences that may share cells have the same number; by sequence id.
    std::vector<std::uint64_t> family_;
    std::uint64_t next_family_ = 1;
};

}  // namespace corral::engine
