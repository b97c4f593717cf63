#pragma once

// Purpose: the model's memory of what it has read, sequence by sequence, whatever its kind.
//
// Kinds: full attention (cells can be shared, cut and moved), a sliding window (old cells are gone,
// so a cut far back is not possible), a recurrent state (one state per sequence, never cut) and
// hybrids of them. In a unified cache a copy of a sequence shares its cells and costs nothing,
// whatever the kind; so a copy made at the right moment serves as the checkpoint that a memory
// which cannot be cut goes back to.
//
// Threads: the engine's thread only.

#include <cstdint>
#include <vector>

#include "llama.h"

namespace corral::engine {

// How much of a sequence: all of it, or what lies before a position.
struct Prefix {
    bool is_whole = true;
    llama_pos end = 0;
};

class Memory {
public:
    explicit Memory(llama_context* context);

    // Whether any prefix of a sequence can be had from it. Otherwise copies at chosen lengths are
    // worth keeping.
    bool cuts_anywhere() const { return !stateful_ && n_window_ == 0; }
    // Whether `sequence` still has all it needs to go on from there.
    bool can_cut(llama_seq_id sequence, Prefix prefix) const;
    // Makes `to` (empty) hold that much of `from`; can_cut says that it is possible.
    void copy(llama_seq_id from, llama_seq_id to, Prefix prefix);
    void clear(llama_seq_id sequence);

    // Whether `discard` can take tokens out of the middle.
    bool can_shift() const;
    // Removes n tokens after the first `n_keep` and moves the rest down. The sequence must not
    // share cells.
    void discard(llama_seq_id sequence, std::int64_t n_keep, std::int64_t n);

    // All a sequence holds, and its return into an empty sequence, in cells of its own. False when
    // there is no room; the sequence is empty then.
    std::vector<std::uint8_t> save(llama_seq_id sequence) const;
    bool restore(llama_seq_id sequence, const std::vector<std::uint8_t>& state);

private:
    llama_context* context_;
    llama_memory_t memory_;
    bool stateful_;          // recurrent, hybrid, or compressed
    std::int64_t n_window_;  // tokens a sliding window looks back; 0 = all
};

}  // namespace corral::engine
