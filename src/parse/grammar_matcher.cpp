#include "parse/grammar_matcher.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace corral::parse {
namespace {

// The table is trimmed beyond its limits, and following given up when it is several times larger.
constexpr std::size_t kMaxTransitions = 2'000'000;
constexpr std::size_t kGiveUpFactor = 4;
constexpr std::size_t kMaxSteps = 300'000;  // to find one state

void mix(std::size_t& hash, std::size_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
}

}  // namespace

std::size_t GrammarMatcher::Hash::operator()(const Returns& returns) const {
    std::size_t hash = returns.size();
    for (const Return& one : returns) {
        mix(hash, one.element);
        mix(hash, one.parents);
    }
    return hash;
}

std::size_t GrammarMatcher::Hash::operator()(const Situation& situation) const {
    std::size_t hash = situation.accepts ? 1 : 0;
    for (const Place& place : situation.places) {
        mix(hash, place.element);
        mix(hash, static_cast<std::size_t>(place.within) << 32 | place.parents);
    }
    return hash;
}

// Collects the places that can be reached without reading anything.
class GrammarMatcher::Closure {
public:
    explicit Closure(GrammarMatcher& matcher) : matcher_(matcher) {}

    void add_within(std::uint32_t element, std::uint16_t within, Parents parents) {
        const auto [place, is_new] = places_.try_emplace({element, within}, parents);
        if (!is_new) place->second = matcher_.united(place->second, parents);
    }
    void add(std::uint32_t element, Parents parents) {
        if (seen_.emplace(element, parents).second) todo_.push_back({element, parents});
    }
    // False when it takes too long.
    bool finish() {
        for (std::size_t n_steps = 0; !todo_.empty(); ++n_steps) {
            if (n_steps > kMaxSteps) return false;
            const Return next = todo_.back();
            todo_.pop_back();
            follow(next);
        }
        return true;
    }
    Situation situation() const {
        Situation result;
        result.accepts = accepts_;
        for (const auto& [where, parents] : places_) {
            result.places.push_back({where.first, where.second, parents});
        }
        return result;
    }

private:
    void follow(Return next) {
        const auto& elements = matcher_.grammar_->elements;
        const Grammar::Element element = elements[next.element];
        switch (element.kind) {
            case Grammar::Element::Kind::set:
                return add_within(next.element, CharSet::kStart, next.parents);
            case Grammar::Element::Kind::end:
                return end_rule(next.parents);
            case Grammar::Element::Kind::rule:
                break;
        }
        // A rule at the end of another needs no way back to it.
        const bool is_last = elements[next.element + 1].kind == Grammar::Element::Kind::end;
        const Parents parents =
            is_last ? next.parents : matcher_.parents_of({{next.element + 1, next.parents}});
        for (std::uint32_t first : matcher_.grammar_->rules[element.value]) add(first, parents);
    }
    void end_rule(Parents parents) {
        if (parents == kBottom) {
            accepts_ = true;
            return;
        }
        // A copy: following may add to the table.
        const Returns returns = matcher_.parents_[parents];
        for (const Return& one : returns) {
            if (one.element == kUnknown) {
                accepts_ = true;
            } else {
                add(one.element, one.parents);
            }
        }
    }

    GrammarMatcher& matcher_;
    std::map<std::pair<std::uint32_t, std::uint16_t>, Parents> places_;
    std::set<std::pair<std::uint32_t, Parents>> seen_;
    std::vector<Return> todo_;
    bool accepts_ = false;
};

GrammarMatcher::GrammarMatcher(std::shared_ptr<const Grammar> grammar)
    : grammar_(std::move(grammar)), n_classes_(grammar_->class_example.size()) {
    clear();
    Closure closure(*this);
    for (std::uint32_t first : grammar_->rules[grammar_->root]) closure.add(first, kBottom);
    gave_up_ = !closure.finish();
    start_ = gave_up_ ? kDead : state_of(closure.situation());
}

void GrammarMatcher::clear() {
    states_.assign(1, {});
    transitions_.assign(n_classes_, kDead);
    // The bottom is a way back to nowhere, so that it can be united with others.
    parents_.assign(1, {{kUnknown, kBottom}});
    state_ids_ = {{states_[kDead], kDead}};
    parent_ids_ = {{parents_[kBottom], kBottom}};
    n_places_ = 0;
}

GrammarMatcher::State GrammarMatcher::after(State state, std::string_view text) {
    for (char c : text) {
        if (state == kDead) return kDead;
        state = after(state, static_cast<std::uint8_t>(c));
    }
    return state;
}

GrammarMatcher::State GrammarMatcher::find_next(State state, std::uint8_t byte_class) {
    if (gave_up_) return kDead;
    const std::uint8_t byte = grammar_->class_example[byte_class];
    Closure closure(*this);
    // Finding parents does not add states, so the reference holds.
    const Situation& situation = states_[state];
    for (const Place& place : situation.places) {
        const CharSet& set = grammar_->sets[grammar_->elements[place.element].value];
        const std::uint16_t next = set.next(place.within, byte);
        if (next == CharSet::kDone) {
            closure.add(place.element + 1, place.parents);
        } else if (next != CharSet::kFail) {
            closure.add_within(place.element, next, place.parents);
        }
    }
    State found = kDead;
    gave_up_ = !closure.finish() || n_places_ > kGiveUpFactor * place_limit_ ||
               transitions_.size() > kGiveUpFactor * kMaxTransitions;
    if (!gave_up_) found = state_of(closure.situation());
    return transitions_[state * n_classes_ + byte_class] = found;
}

GrammarMatcher::State GrammarMatcher::state_of(Situation situation) {
    const auto next = static_cast<State>(states_.size());
    const auto [known, is_new] = state_ids_.try_emplace(std::move(situation), next);
    if (!is_new) return known->second;
    states_.push_back(known->first);
    transitions_.resize(transitions_.size() + n_classes_, kUnknown);
    n_places_ += known->first.places.size();
    return next;
}

GrammarMatcher::Parents GrammarMatcher::parents_of(Returns returns) {
    const auto next = static_cast<Parents>(parents_.size());
    const auto [known, is_new] = parent_ids_.try_emplace(std::move(returns), next);
    if (!is_new) return known->second;
    parents_.push_back(known->first);
    n_places_ += known->first.size();
    return next;
}

GrammarMatcher::Parents GrammarMatcher::united(Parents a, Parents b) {
    if (a == b) return a;
    Returns both;
    std::ranges::set_union(parents_[a], parents_[b], std::back_inserter(both));
    return parents_of(std::move(both));
}

// Keeps the state and all its parents, which have smaller numbers than what refers to them.
GrammarMatcher::State GrammarMatcher::trim(State state) {
    if (n_places_ < place_limit_ && transitions_.size() < kMaxTransitions) return state;
    Situation kept = states_[state];
    const std::vector<Returns> old = std::move(parents_);
    std::vector<bool> used(old.size());
    for (const Place& place : kept.places) used[place.parents] = true;
    for (std::size_t i = old.size(); i-- > 0;) {
        if (!used[i]) continue;
        for (const Return& one : old[i]) used[one.parents] = true;
    }
    clear();
    ++generation_;
    std::vector<Parents> renamed(old.size(), kBottom);
    for (std::size_t i = 1; i < old.size(); ++i) {
        if (!used[i]) continue;
        Returns returns = old[i];
        for (Return& one : returns) one.parents = renamed[one.parents];
        std::ranges::sort(returns);
        renamed[i] = parents_of(std::move(returns));
    }
    for (Place& place : kept.places) place.parents = renamed[place.parents];
    start_ = kDead;  // nobody starts again after a trim
    place_limit_ = std::max(kMinPlaceLimit, 2 * n_places_);
    return state_of(std::move(kept));
}

}  // namespace corral::parse
