#pragma once

// Purpose: GBNF text to the rules of a Grammar; internal to parse/.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "parse/grammar.h"

namespace corral::parse {

// Reads one text; a helper of Grammar::parse.
class GrammarReader {
public:
    explicit GrammarReader(std::string_view text) : text_(text) {}

    [[nodiscard]] Result<Grammar> read(std::string_view root);

private:
    using Element = Grammar::Element;
    using Sequence = std::vector<Element>;

    [[nodiscard]] Result<void> read_rule();
    [[nodiscard]] Result<void> read_alternatives(std::uint32_t rule, int depth);
    [[nodiscard]] Result<Sequence> read_sequence(int depth);
    [[nodiscard]] Result<Sequence> read_item(int depth);
    [[nodiscard]] Result<Sequence> read_literal();
    [[nodiscard]] Result<Sequence> read_set();
    [[nodiscard]] Result<Sequence> read_group(int depth);
    struct Repeats {
        std::uint32_t least = 1;
        std::uint32_t most = 1;  // kUnlimited: any number
    };
    [[nodiscard]] Result<Repeats> read_repeats();
    [[nodiscard]] Result<Repeats> read_braces();
    [[nodiscard]] Result<void> repeat(Sequence& sequence, Sequence item, Repeats repeats);
    [[nodiscard]] Result<char32_t> read_character();
    [[nodiscard]] Result<char32_t> read_escape();
    [[nodiscard]] Result<std::uint32_t> read_count();

    void skip_space(bool newlines);
    bool at_end() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    std::string_view read_name();
    std::uint32_t rule_named(std::string_view name);
    std::uint32_t new_rule();
    [[nodiscard]] Result<void> add_alternative(std::uint32_t rule, const Sequence& sequence);
    Element set_element(CharSet::Ranges normalized);
    std::unexpected<Error> bad(std::string_view what) const;

    std::string_view text_;
    std::size_t at_ = 0;
    Grammar grammar_;
    std::size_t n_pending_ = 0;  // elements read but not yet in the grammar
    std::map<std::string, std::uint32_t, std::less<>> names_;
    std::map<CharSet::Ranges, std::uint32_t> sets_;
};

}  // namespace corral::parse
