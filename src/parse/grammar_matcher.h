#pragma once

// Purpose: follows a text through a grammar, byte by byte, as a table that is filled in on the way:
// where a text has been, going on costs one look-up per byte.
//
// A state is the set of all places in the grammar where the text so far may be. A place knows what
// comes after its rule ends (its parents), and the parents of all ways that lead to one place are
// kept together, as a set. So the number of places in a state is at most that of the grammar's
// elements, however ambiguous the grammar and however deeply nested the text (this is a
// graph-structured stack, as in generalised LR parsing).
//
// States are numbers. Equal situations have equal numbers, so that a caller can keep what it has
// found out about a state, until `generation` changes: then the table had grown too large and was
// cleared, and all states but the one that was given to `trim` are gone.
//
// Threads: one at a time.

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parse/grammar.h"

namespace corral::parse {

class GrammarMatcher {
public:
    using State = std::uint32_t;
    static constexpr State kDead = 0;  // no continuation makes the text fit

    explicit GrammarMatcher(std::shared_ptr<const Grammar> grammar);

    State start() const { return start_; }
    State after(State state, std::uint8_t byte) {
        const std::uint32_t next = transitions_[state * n_classes_ + grammar_->byte_class[byte]];
        return next != kUnknown ? next : find_next(state, grammar_->byte_class[byte]);
    }
    State after(State state, std::string_view text);
    // Whether the text may end here.
    bool accepts(State state) const { return states_[state].accepts; }

    // Makes room when the table has become large; gives the state's new number.
    State trim(State state);
    std::uint32_t generation() const { return generation_; }
    // A grammar was so ambiguous that following it was given up; every state from there is dead.
    bool gave_up() const { return gave_up_; }

private:
    using Parents = std::uint32_t;  // index into parents_
    struct Place {
        std::uint32_t element = 0;
        std::uint16_t within = 0;  // state of the set's automaton, inside a character
        Parents parents = 0;

        bool operator==(const Place&) const = default;
        auto operator<=>(const Place&) const = default;
    };
    // Where to go on when a rule has ended.
    struct Return {
        std::uint32_t element = 0;
        Parents parents = 0;

        bool operator==(const Return&) const = default;
        auto operator<=>(const Return&) const = default;
    };
    using Places = std::vector<Place>;
    using Returns = std::vector<Return>;
    struct Situation {
        Places places;
        bool accepts = false;

        bool operator==(const Situation&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Returns& returns) const;
        std::size_t operator()(const Situation& situation) const;
    };
    class Closure;

    void clear();
    State find_next(State state, std::uint8_t byte_class);
    State state_of(Situation situation);
    Parents parents_of(Returns returns);
    Parents united(Parents a, Parents b);

    static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
    static constexpr Parents kBottom = 0;  // nothing comes after: the text may end

    std::shared_ptr<const Grammar> grammar_;
    std::size_t n_classes_;
    std::vector<Situation> states_;
    std::vector<std::uint32_t> transitions_;  // of each state, by byte class
    std::vector<Returns> parents_;
    std::unordered_map<Situation, State, Hash> state_ids_;
    std::unordered_map<Returns, Parents, Hash> parent_ids_;
    State start_ = kDead;
    std::size_t n_places_ = 0;  // in the whole table, ways back included
    static constexpr std::size_t kMinPlaceLimit = 100'000;
    std::size_t place_limit_ = kMinPlaceLimit;
    std::uint32_t generation_ = 0;
    bool gave_up_ = false;
};

}  // namespace corral::parse
