#include "parse/grammar.h"

#include <algorithm>
#include <map>

#include "parse/grammar_reader.h"

namespace corral::parse {
namespace {

// The rules that have an alternative all of whose elements pass, where a rule passes when it is one
// of these rules itself.
template <class Passes>
std::vector<bool> rules_that_pass(const Grammar& grammar, Passes set_passes) {
    using Kind = Grammar::Element::Kind;
    std::vector<bool> passing(grammar.rules.size());
    const auto passes = [&](std::uint32_t at) {
        for (;; ++at) {
            const auto [kind, value] = grammar.elements[at];
            if (kind == Kind::end) return true;
            if (kind == Kind::rule ? !passing[value] : !set_passes(grammar.sets[value]))
                return false;
        }
    };
    // Rules mostly use rules made after or before them; going both ways settles in a few rounds.
    for (bool changed = true; changed;) {
        changed = false;
        const auto look = [&](std::size_t rule) {
            if (passing[rule] || std::ranges::none_of(grammar.rules[rule], passes)) return;
            passing[rule] = changed = true;
        };
        for (std::size_t i = 0; i < passing.size(); ++i) look(i);
        for (std::size_t i = passing.size(); i-- > 0;) look(i);
    }
    return passing;
}

// Which rules can be the empty text.
std::vector<bool> empty_rules(const Grammar& grammar) {
    return rules_that_pass(grammar, [](const CharSet&) { return false; });
}

// Takes out alternatives that no text fits, so that whatever is begun can be ended.
void drop_impossible(Grammar& grammar) {
    using Kind = Grammar::Element::Kind;
    const auto possible = rules_that_pass(grammar, [](const CharSet& set) { return !set.empty(); });
    const auto is_impossible = [&](std::uint32_t at) {
        for (; grammar.elements[at].kind != Kind::end; ++at) {
            const auto [kind, value] = grammar.elements[at];
            if (kind == Kind::rule ? !possible[value] : grammar.sets[value].empty()) return true;
        }
        return false;
    };
    for (auto& alternatives : grammar.rules) std::erase_if(alternatives, is_impossible);
}

// What a rule can begin with. Something `grows` when more follows it in that rule.
struct Beginning {
    std::uint32_t rule;
    bool grows;
};

std::vector<std::vector<Beginning>> beginnings(const Grammar& grammar) {
    using Kind = Grammar::Element::Kind;
    const std::vector<bool> empty = empty_rules(grammar);
    std::vector<std::vector<Beginning>> result(grammar.rules.size());
    for (std::size_t rule = 0; rule < result.size(); ++rule) {
        for (std::uint32_t at : grammar.rules[rule]) {
            for (; grammar.elements[at].kind == Kind::rule; ++at) {
                const std::uint32_t first = grammar.elements[at].value;
                result[rule].push_back({first, grammar.elements[at + 1].kind != Kind::end});
                if (!empty[first]) break;
            }
        }
    }
    return result;
}

// Groups rules that can begin with each other (Tarjan's strongly connected components, without
// recursion).
std::vector<std::uint32_t> components(const std::vector<std::vector<Beginning>>& edges) {
    constexpr std::uint32_t kNone = 0xFFFFFFFF;
    const auto n = static_cast<std::uint32_t>(edges.size());
    std::vector<std::uint32_t> number(n, kNone), low(n), component(n, kNone), open;
    struct Visit {
        std::uint32_t rule;
        std::size_t next_edge = 0;
    };
    std::vector<Visit> visits;
    std::uint32_t counter = 0;
    const auto enter = [&](std::uint32_t rule) {
        number[rule] = low[rule] = counter++;
        open.push_back(rule);
        visits.push_back({rule});
    };
    const auto close = [&](std::uint32_t rule) {
        if (low[rule] != number[rule]) return;
        std::uint32_t member = kNone;
        do {
            member = open.back();
            open.pop_back();
            component[member] = rule;
        } while (member != rule);
    };
    for (std::uint32_t start = 0; start < n; ++start) {
        if (number[start] == kNone) enter(start);
        while (!visits.empty()) {
            const std::uint32_t rule = visits.back().rule;
            if (visits.back().next_edge < edges[rule].size()) {
                const std::uint32_t to = edges[rule][visits.back().next_edge++].rule;
                if (number[to] == kNone) {
                    enter(to);
                } else if (component[to] == kNone) {
                    low[rule] = std::min(low[rule], number[to]);
                }
                continue;
            }
            close(rule);
            visits.pop_back();
            if (!visits.empty()) {
                std::uint32_t& above = low[visits.back().rule];
                above = std::min(above, low[rule]);
            }
        }
    }
    return component;
}

bool is_left_recursive(const Grammar& grammar) {
    const auto edges = beginnings(grammar);
    const auto component = components(edges);
    for (std::size_t rule = 0; rule < edges.size(); ++rule) {
        for (const Beginning& first : edges[rule]) {
            if (first.grows && component[first.rule] == component[rule]) return true;
        }
    }
    return false;
}

// Splits the bytes by every row of every set.
void find_byte_classes(Grammar& grammar) {
    auto& classes = grammar.byte_class;
    classes.fill(0);
    std::size_t n_classes = 1;
    for (const CharSet& set : grammar.sets) {
        for (const CharSet::Row& row : set.rows()) {
            std::map<std::pair<std::uint8_t, std::uint16_t>, std::uint8_t> refined;
            for (std::size_t byte = 0; byte < classes.size(); ++byte) {
                const auto next = static_cast<std::uint8_t>(refined.size());
                const auto key = std::pair(classes[byte], row[byte]);
                classes[byte] = refined.try_emplace(key, next).first->second;
            }
            n_classes = refined.size();
        }
    }
    grammar.class_example.resize(n_classes);
    for (std::size_t byte = 0; byte < classes.size(); ++byte) {
        grammar.class_example[classes[byte]] = static_cast<std::uint8_t>(byte);
    }
}

}  // namespace

Result<Grammar> Grammar::parse(std::string_view text, std::string_view root) {
    CORRAL_TRY(Grammar grammar, GrammarReader(text).read(root));
    drop_impossible(grammar);
    if (grammar.rules[grammar.root].empty())
        return fail(ErrorCode::invalid, "the grammar cannot be used: no text can meet it");
    if (is_left_recursive(grammar)) {
        return fail(ErrorCode::invalid,
                    "the grammar cannot be used: a rule begins with itself (left recursion)");
    }
    find_byte_classes(grammar);
    return grammar;
}

}  // namespace corral::parse
