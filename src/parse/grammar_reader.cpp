#include "parse/grammar_reader.h"

#include <limits>

#include "base/utf8.h"

namespace corral::parse {
namespace {

constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
constexpr int kMaxGroupDepth = 200;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Result<Grammar> GrammarReader::read(std::string_view root) {
    skip_space(true);
    while (!at_end()) CORRAL_CHECK(read_rule());
    for (const auto& [name, rule] : names_) {
        if (grammar_.rules[rule].empty()) return bad(fmt::format("rule {} is not defined", name));
    }
    const auto found = names_.find(root);
    if (found == names_.end()) return bad(fmt::format("rule {} is not defined", root));
    grammar_.root = found->second;
    return std::move(grammar_);
}

Result<void> GrammarReader::read_rule() {
    const std::string_view name = read_name();
    skip_space(false);
    if (name.empty() || !text_.substr(at_).starts_with("::=")) return bad("a rule was expected");
    at_ += 3;
    skip_space(true);
    const std::uint32_t rule = rule_named(name);
    if (!grammar_.rules[rule].empty()) return bad(fmt::format("rule {} is defined twice", name));
    CORRAL_CHECK(read_alternatives(rule, 0));
    if (!at_end() && peek() != '\n' && peek() != '\r') return bad("the end of a line was expected");
    skip_space(true);
    return {};
}

Result<void> GrammarReader::read_alternatives(std::uint32_t rule, int depth) {
    while (true) {
        CORRAL_TRY(const Sequence sequence, read_sequence(depth));
        CORRAL_CHECK(add_alternative(rule, sequence));
        if (peek() != '|') return {};
        ++at_;
        skip_space(true);
    }
}

// In a group, lines may break anywhere.
Result<GrammarReader::Sequence> GrammarReader::read_sequence(int depth) {
    Sequence sequence;
    while (peek() == '"' || peek() == '[' || peek() == '(' || peek() == '.' ||
           is_name_character(peek())) {
        CORRAL_TRY(Sequence item, read_item(depth));
        skip_space(depth > 0);
        CORRAL_TRY(const Repeats repeats, read_repeats());
        CORRAL_CHECK(repeat(sequence, std::move(item), repeats));
        skip_space(depth > 0);
    }
    return sequence;
}

Result<GrammarReader::Sequence> GrammarReader::read_item(int depth) {
    switch (peek()) {
        case '"':
            return read_literal();
        case '[':
            return read_set();
        case '(':
            return read_group(depth);
        case '.':
            ++at_;
            return Sequence{set_element(CharSet::complement({}))};
        default:
            return Sequence{{Element::Kind::rule, rule_named(read_name())}};
    }
}

Result<GrammarReader::Sequence> GrammarReader::read_literal() {
    Sequence sequence;
    ++at_;
    while (peek() != '"') {
        CORRAL_TRY(const char32_t character, read_character());
        sequence.push_back(set_element(CharSet::normalized({{character, character}})));
    }
    ++at_;
    return sequence;
}

Result<GrammarReader::Sequence> GrammarReader::read_set() {
    ++at_;
    const bool is_inverse = peek() == '^';
    if (is_inverse) ++at_;
    CharSet::Ranges ranges;
    while (peek() != ']') {
        CORRAL_TRY(const char32_t first, read_character());
        char32_t last = first;
        if (peek() == '-' && peek(1) != ']') {
            ++at_;
            CORRAL_TRY(last, read_character());
        }
        ranges.push_back({first, last});
    }
    ++at_;
    ranges = CharSet::normalized(std::move(ranges));
    return Sequence{set_element(is_inverse ? CharSet::complement(ranges) : std::move(ranges))};
}

Result<GrammarReader::Sequence> GrammarReader::read_group(int depth) {
    if (depth >= kMaxGroupDepth) return bad("groups are nested too deeply");
    ++at_;
    skip_space(true);
    const std::uint32_t rule = new_rule();
    CORRAL_CHECK(read_alternatives(rule, depth + 1));
    if (peek() != ')') return bad("a closing parenthesis was expected");
    ++at_;
    return Sequence{{Element::Kind::rule, rule}};
}

Result<GrammarReader::Repeats> GrammarReader::read_repeats() {
    switch (peek()) {
        case '*':
            ++at_;
            return Repeats{0, kUnlimited};
        case '+':
            ++at_;
            return Repeats{1, kUnlimited};
        case '?':
            ++at_;
            return Repeats{0, 1};
        case '{':
            return read_braces();
        default:
            return Repeats{};
    }
}

// {3}  {3,}  {3,5}
Result<GrammarReader::Repeats> GrammarReader::read_braces() {
    Repeats repeats;
    ++at_;
    skip_space(true);
    CORRAL_TRY(repeats.least, read_count());
    if (repeats.least > Grammar::kMaxRepeats)
        return bad(fmt::format("at most {} repetitions can be demanded", Grammar::kMaxRepeats));
    skip_space(true);
    repeats.most = repeats.least;
    if (peek() == ',') {
        ++at_;
        skip_space(true);
        repeats.most = kUnlimited;
        if (peek() != '}') {
            CORRAL_TRY(repeats.most, read_count());
        }
        if (repeats.most > Grammar::kMaxRepeats) repeats.most = kUnlimited;
        skip_space(true);
    }
    if (peek() != '}' || repeats.most < repeats.least) return bad("the repetition makes no sense");
    ++at_;
    return repeats;
}

// item{m,n} is m items and then a chain of rules, each of which may stop:
// r1 ::= item |      r2 ::= item r1 |      …      and for no limit: r ::= item r |
Result<void> GrammarReader::repeat(Sequence& sequence, Sequence item, Repeats repeats) {
    if (item.size() > 1 && (repeats.least != 1 || repeats.most != 1)) {
        const std::uint32_t rule = new_rule();
        CORRAL_CHECK(add_alternative(rule, item));
        item = {{Element::Kind::rule, rule}};
    }
    for (std::uint32_t i = 0; i < repeats.least; ++i) {
        sequence.insert(sequence.end(), item.begin(), item.end());
    }
    n_pending_ += repeats.least * item.size();
    if (grammar_.elements.size() + n_pending_ > Grammar::kMaxElements)
        return bad("it is too large");
    if (repeats.most == repeats.least || item.empty()) return {};
    const bool is_endless = repeats.most == kUnlimited;
    const std::uint32_t n_rules = is_endless ? 1 : repeats.most - repeats.least;
    std::uint32_t rest = 0;
    for (std::uint32_t i = 0; i < n_rules; ++i) {
        const std::uint32_t rule = new_rule();
        Sequence one = item;
        if (is_endless || i > 0) one.push_back({Element::Kind::rule, is_endless ? rule : rest});
        CORRAL_CHECK(add_alternative(rule, one));
        CORRAL_CHECK(add_alternative(rule, {}));
        rest = rule;
    }
    sequence.push_back({Element::Kind::rule, rest});
    return {};
}

Result<char32_t> GrammarReader::read_character() {
    if (at_end()) return bad("the text ends too early");
    if (peek() == '\\') return read_escape();
    const Utf8Character character = first_utf8_character(text_.substr(at_));
    if (!character.valid) return bad("the text is not UTF-8");
    at_ += character.length;
    return character.code_point;
}

Result<char32_t> GrammarReader::read_escape() {
    const char kind = peek(1);
    at_ += 2;
    switch (kind) {
        case 't':
            return U'\t';
        case 'r':
            return U'\r';
        case 'n':
            return U'\n';
        case '\\':
        case '"':
        case '[':
        case ']':
        case '-':
            return static_cast<char32_t>(kind);
        default:
            break;
    }
    const int n_digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (n_digits == 0) return bad("an escape is not known");
    char32_t value = 0;
    for (int i = 0; i < n_digits; ++i, ++at_) {
        const int digit = hex_value(peek());
        if (digit < 0) return bad("an escape is too short");
        value = value << 4 | static_cast<char32_t>(digit);
    }
    return value;
}

Result<std::uint32_t> GrammarReader::read_count() {
    constexpr std::uint32_t kMost = 1'000'000'000;
    if (peek() < '0' || peek() > '9') return bad("a number was expected");
    std::uint32_t value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
        if (value < kMost) value = value * 10 + static_cast<std::uint32_t>(peek() - '0');
    }
    return std::min(value, kMost);
}

// Blanks and comments; of line ends only those that `newlines` allows.
void GrammarReader::skip_space(bool newlines) {
    while (!at_end()) {
        const char c = peek();
        if (c == '#') {
            while (!at_end() && peek() != '\n' && peek() != '\r') ++at_;
        } else if (c == ' ' || c == '\t' || (newlines && (c == '\n' || c == '\r'))) {
            ++at_;
        } else {
            return;
        }
    }
}

std::string_view GrammarReader::read_name() {
    const std::size_t begin = at_;
    while (!at_end() && is_name_character(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
}

std::uint32_t GrammarReader::rule_named(std::string_view name) {
    const auto found = names_.find(name);
    if (found != names_.end()) return found->second;
    return names_.emplace(name, new_rule()).first->second;
}

std::uint32_t GrammarReader::new_rule() {
    grammar_.rules.emplace_back();
    return static_cast<std::uint32_t>(grammar_.rules.size() - 1);
}

Result<void> GrammarReader::add_alternative(std::uint32_t rule, const Sequence& sequence) {
    auto& elements = grammar_.elements;
    if (elements.size() + sequence.size() > Grammar::kMaxElements) return bad("it is too large");
    grammar_.rules[rule].push_back(static_cast<std::uint32_t>(elements.size()));
    elements.insert(elements.end(), sequence.begin(), sequence.end());
    elements.push_back({});
    return {};
}

Grammar::Element GrammarReader::set_element(CharSet::Ranges normalized) {
    const auto [set, is_new] =
        sets_.try_emplace(std::move(normalized), static_cast<std::uint32_t>(grammar_.sets.size()));
    if (is_new) grammar_.sets.emplace_back(set->first);
    return {Element::Kind::set, set->second};
}

std::unexpected<Error> GrammarReader::bad(std::string_view what) const {
    return fail(ErrorCode::invalid, "the grammar cannot be used: {} (at byte {})", what, at_);
}

}  // namespace corral::parse
