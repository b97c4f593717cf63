#include "engine/sequences.h"

#include <algorithm>
#include <unordered_map>

namespace corral::engine {
namespace {

// Copies of shorter sequences are not worth a sequence.
constexpr std::size_t kMinCopyTokens = 64;
// Shorter common beginnings, such as a start token, are not worth the bookkeeping.
constexpr std::size_t kMinSharedTokens = 16;
constexpr std::uint64_t kNoFamily = 0;

// Tokens of `generation` that a sequence of these tokens can spare it. At least one has to be
// computed, for its logits, and an image is taken over whole or not at all.
std::size_t sharable(const Generation& generation, std::span<const llama_token> tokens) {
    const std::size_t n =
        std::min(common_prefix(tokens, generation.tokens), generation.tokens.size() - 1);
    return generation.request.media.cut(n);
}

}  // namespace

Sequences::Sequences(llama_context* context, std::int32_t n_sequences)
    : memory_(context), family_(static_cast<std::size_t>(n_sequences), kNoFamily) {
    for (llama_seq_id id = n_sequences - 1; id >= 0; --id) free_.push_back(id);
}

void Sequences::acquire(Generation& generation, const Generations& running) {
    // The source is found before a sequence is taken and kept from being evicted for it.
    std::size_t longest = 0;
    Source source;
    if (!generation.tells_prompt()) source = find_source(generation, running, longest);
    if (source.sequence >= 0) cache_.touch(source.sequence);
    const std::optional<llama_seq_id> sequence = take_sequence();
    generation.sequence = sequence.value_or(-1);
    if (generation.sequence < 0) return;
    if (generation.sequence == source.sequence) {
        source = {};  // it was the only cached one and had to go
    }
    generation.n_in_memory = source.n;
    generation.n_shared = source.n;
    if (source.n > 0) {
        memory_.copy(source.sequence, generation.sequence, source.prefix);
        std::uint64_t& family = family_[static_cast<std::size_t>(source.sequence)];
        family_[static_cast<std::size_t>(generation.sequence)] = family;
    }
    set_marks(generation, longest);
}

void Sequences::consider(Source& best, std::size_t& longest, const Generation& generation,
                         llama_seq_id sequence, std::span<const llama_token> tokens) const {
    const std::size_t n = sharable(generation, tokens);
    longest = std::max(longest, n);
    if (n < kMinSharedTokens || n <= best.n) return;
    const Prefix prefix{n == tokens.size(), generation.position(n)};
    if (memory_.can_cut(sequence, prefix)) best = {sequence, n, prefix};
}

Sequences::Source Sequences::find_source(const Generation& generation, const Generations& running,
                                         std::size_t& longest) const {
    Source best;
    for (const PrefixCache::Entry& entry : cache_.entries()) {
        consider(best, longest, generation, entry.sequence, entry.tokens);
    }
    for (const auto& other : running) {
        consider(best, longest, generation, other->sequence,
                 std::span(other->tokens).first(other->n_in_memory));
    }
    return best;
}

bool Sequences::should_wait(const Generation& generation, const Generations& running) const {
    if (!memory_.cuts_anywhere() || generation.tells_prompt()) return false;
    std::size_t longest = 0;
    const std::size_t n_now = find_source(generation, running, longest).n;
    return std::ranges::any_of(running, [&](const auto& other) {
        if (other->n_pending() <= 1) return false;
        return sharable(generation, other->tokens) >= n_now + kMinCopyTokens;
    });
}

std::int64_t Sequences::cells_wanted(const Generations& running) const {
    std::int64_t n = 0;
    std::unordered_map<std::uint64_t, std::size_t> shared;
    for (const auto& generation : running) {
        n += generation->n_cells_wanted() - static_cast<std::int64_t>(generation->n_shared);
        std::size_t& of_family = shared[family_[static_cast<std::size_t>(generation->sequence)]];
        of_family = std::max(of_family, generation->n_shared);
    }
    for (const auto& [family, n_shared] : shared) n += static_cast<std::int64_t>(n_shared);
    return n;
}

void Sequences::set_marks(Generation& generation, std::size_t longest) const {
    generation.marks.clear();
    if (memory_.cuts_anywhere()) return;
    const std::size_t before_last = generation.request.media.cut(generation.tokens.size() - 1);
    for (std::size_t mark : {longest, before_last}) {
        const bool later = generation.marks.empty() || generation.marks.back() < mark;
        if (mark >= kMinCopyTokens && mark > generation.n_in_memory && later) {
            generation.marks.push_back(mark);
        }
    }
}

std::size_t Sequences::readable(const Generation& generation) const {
    const std::size_t end =
        generation.marks.empty() ? generation.tokens.size() : generation.marks.front();
    return end - generation.n_in_memory;
}

void Sequences::keep_copies(Generation& generation) {
    if (generation.marks.empty() || generation.marks.front() != generation.n_in_memory) return;
    generation.marks.erase(generation.marks.begin());
    const std::span tokens = std::span(generation.tokens).first(generation.n_in_memory);
    if (cache_.holds(tokens)) return;
    const std::optional<llama_seq_id> copy = take_sequence();
    if (!copy) return;
    std::uint64_t& family = family_[static_cast<std::size_t>(generation.sequence)];
    family_[static_cast<std::size_t>(*copy)] = family;
    memory_.copy(generation.sequence, *copy, {});
    cache_.add(*copy, Tokens(tokens.begin(), tokens.end()));
}

void Sequences::retire(Generation& generation) {
    if (generation.sequence < 0) return;
    if (generation.n_in_memory == 0) return drop(generation);
    generation.tokens.resize(generation.n_in_memory);
    if (memory_.cuts_anywhere()) {
        for (llama_seq_id shorter : cache_.remove_prefixes_of(generation.tokens)) release(shorter);
    }
    cache_.add(generation.sequence, std::move(generation.tokens));
    generation.sequence = -1;
}

void Sequences::drop(Generation& generation) {
    if (generation.sequence < 0) return;
    release(generation.sequence);
    generation.sequence = -1;
    generation.n_in_memory = 0;
    generation.n_shared = 0;
    generation.marks.clear();
}

bool Sequences::evict() {
    const std::optional<llama_seq_id> oldest = cache_.evict_oldest();
    if (!oldest) return false;
    release(*oldest);
    return true;
}

void Sequences::release(llama_seq_id sequence) {
    memory_.clear(sequence);
    family_[static_cast<std::size_t>(sequence)] = kNoFamily;
    free_.push_back(sequence);
}

// An empty sequence, with a family of its own.
std::optional<llama_seq_id> Sequences::take_sequence() {
    if (free_.empty() && !evict()) return std::nullopt;
    const llama_seq_id sequence = free_.back();
    free_.pop_back();
    family_[static_cast<std::size_t>(sequence)] = next_family_++;
    return sequence;
}

bool Sequences::is_shared(llama_seq_id sequence) const {
    const std::uint64_t family = family_[static_cast<std::size_t>(sequence)];
    return std::ranges::count_if(family_, [&](std::uint64_t other) { return other == family; }) > 1;
}

// Gives the sequence cells of its own, evicting cached prefixes if it must. False when there is no
// room; it is empty then.
bool Sequences::unshare(llama_seq_id sequence) {
    const std::vector<std::uint8_t> state = memory_.save(sequence);
    memory_.clear(sequence);
    family_[static_cast<std::size_t>(sequence)] = next_family_++;
    while (!memory_.restore(sequence, state)) {
        if (!evict()) return false;
    }
    return true;
}

void Sequences::discard(Generation& generation, std::size_t n_keep, std::size_t n) {
    const auto begin = generation.tokens.begin() + static_cast<std::ptrdiff_t>(n_keep);
    generation.tokens.erase(begin, begin + static_cast<std::ptrdiff_t>(n));
    generation.marks.clear();
    generation.n_shared = 0;
    if (!memory_.can_shift()) {
        memory_.clear(generation.sequence);
        generation.n_in_memory = 0;
        return;
    }
    // Moving shared cells would move them for everyone.
    if (is_shared(generation.sequence) && !unshare(generation.sequence)) {
        generation.n_in_memory = 0;
        return;
    }
    memory_.discard(generation.sequence, static_cast<std::int64_t>(n_keep),
                    static_cast<std::int64_t>(n));
    generation.n_in_memory -= n;
}

}  // namespace corral::engine
