#include "parse/regex_grammar.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace corral::parse {

namespace {

using Ranges = CharSet::Ranges;

const Ranges kDigits = {{U'0', U'9'}};
const Ranges kWord = {{U'0', U'9'}, {U'A', U'Z'}, {U'_', U'_'}, {U'a', U'z'}};
const Ranges kSpace = {{U'\t', U'\r'}, {U' ', U' '}};

// `\d`, `\W` and the like.
std::optional<Ranges> named_class(char letter) {
    switch (letter) {
        case 'd':
            return kDigits;
        case 'D':
            return CharSet::complement(kDigits);
        case 'w':
            return kWord;
        case 'W':
            return CharSet::complement(kWord);
        case 's':
            return kSpace;
        case 'S':
            return CharSet::complement(kSpace);
        default:
            return std::nullopt;
    }
}

std::optional<char32_t> control_character(char letter) {
    constexpr auto kControls = std::to_array<std::pair<char, char32_t>>(
        {{'n', U'\n'}, {'r', U'\r'}, {'t', U'\t'}, {'f', U'\f'}, {'v', U'\v'}, {'0', U'\0'}});
    for (const auto& [name, character] : kControls) {
        if (name == letter) return character;
    }
    return std::nullopt;
}

bool is_ascii_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

class RegexReader {
public:
    RegexReader(std::string_view regex, RegexManner manner) : text_(regex), manner_(manner) {}

    Result<std::string> read() {
        if (text_.size() > kMaxRegex)
            return fail(ErrorCode::invalid, "the expression is longer than {} bytes", kMaxRegex);
        if (!is_valid_utf8(text_)) return fail(ErrorCode::invalid, "the expression is not UTF-8");
        if (peek() == '^') ++at_;
        CORRAL_TRY(auto whole, read_alternatives(0));
        if (!at_end()) return bad("a parenthesis closes nothing");
        return whole;
    }

private:
    bool at_end() const { return at_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    bool skip(std::string_view mark) {
        if (!text_.substr(at_).starts_with(mark)) return false;
        at_ += mark.size();
        return true;
    }
    std::unexpected<Error> bad(std::string_view what) const {
        return fail(ErrorCode::invalid, "{} (at byte {} of the expression)", what, at_ + 1);
    }

    Result<std::string> read_alternatives(int depth) {
        if (depth > kMaxRegexDepth) return bad("groups are nested too deeply");
        std::string out = "(";
        while (true) {
            CORRAL_TRY(const auto sequence, read_sequence(depth));
            out += sequence;
            if (!skip("|")) return out += ')';
            out += " | ";
        }
    }

    Result<std::string> read_sequence(int depth) {
        std::string out;
        while (!at_end() && peek() != '|' && peek() != ')') {
            if (text_.substr(at_) == "$") {
                ++at_;
                break;
            }
            CORRAL_TRY(auto item, read_atom(depth));
            CORRAL_TRY(const auto repeats, read_repeats());
            if (!out.empty()) out += ' ';
            out.append(item).append(repeats);
        }
        return out.empty() ? "\"\"" : out;
    }

    Result<std::string> read_atom(int depth) {
        switch (peek()) {
            case '(':
                return read_group(depth);
            case '[': {
                CORRAL_TRY(auto ranges, read_class());
                return set(std::move(ranges));
            }
            case '.':
                ++at_;
                return set(manner_.dot_is_all ? CharSet::complement({})
                                              : CharSet::complement({{U'\n', U'\n'}}));
            case '^':
            case '$':
                return bad("^ and $ are supported at the ends only");
            case '*':
            case '+':
            case '?':
            case '{':
                return bad("a repetition repeats nothing");
            default:
                break;
        }
        CORRAL_TRY(auto one, read_character_or_class());
        return set(std::move(one));
    }

    Result<std::string> read_group(int depth) {
        ++at_;
        if (skip("?")) CORRAL_CHECK(read_group_kind());
        CORRAL_TRY(auto inner, read_alternatives(depth + 1));
        if (!skip(")")) return bad("a group is not closed");
        return inner;
    }

    // What may stand behind `(?`.
    Result<void> read_group_kind() {
        if (skip(":")) return {};
        if (text_.substr(at_).starts_with("P=") || text_.substr(at_).starts_with("P>"))
            return bad("references to groups are not supported");
        skip("P");
        const bool looks_back =
            text_.substr(at_).starts_with("<=") || text_.substr(at_).starts_with("<!");
        if (looks_back || peek() == '=' || peek() == '!')
            return bad("looking around is not supported");
        if (!skip("<")) return bad("flags and conditions in groups are not supported");
        while (!at_end() && peek() != '>') ++at_;
        if (!skip(">")) return bad("the name of a group does not end");
        return {};
    }

    Result<std::string> read_repeats() {
        std::string repeats;
        if (peek() == '*' || peek() == '+' || peek() == '?') {
            repeats = text_[at_++];
        } else if (peek() == '{') {
            const auto end = text_.find('}', at_);
            if (end == std::string_view::npos) return bad("a repetition does not end");
            repeats = text_.substr(at_, end + 1 - at_);
            const auto is_count = [](char c) { return (c >= '0' && c <= '9') || c == ','; };
            if (repeats.size() < 3 || repeats[1] == ',' ||
                !std::ranges::all_of(repeats.substr(1, repeats.size() - 2), is_count))
                return bad("a repetition is {n}, {n,} or {n,m}");
            at_ = end + 1;
        }
        if (repeats.empty()) return repeats;
        skip("?");
        if (peek() == '+' || peek() == '*' || peek() == '?' || peek() == '{')
            return bad("a repetition is repeated");
        return repeats;
    }

    Result<std::string> set(Ranges ranges) const {
        if (manner_.ignores_case) ranges = in_both_cases(std::move(ranges));
        std::string out;
        if (ranges.size() == 1 && ranges.front().first == ranges.front().last) {
            std::string character;
            append_utf8(character, ranges.front().first);
            append_gbnf_text(out, character, manner_.spelling);
        } else if (!append_gbnf_set(out, ranges, manner_.spelling)) {
            return bad("no character can stand here");
        }
        return out;
    }

    Result<Ranges> read_class() {
        ++at_;
        const bool is_opposite = skip("^");
        Ranges ranges;
        for (bool is_first = true; is_first || peek() != ']'; is_first = false) {
            if (at_end()) return bad("a class does not end");
            if (text_.substr(at_).starts_with("[:")) return bad("POSIX classes are not supported");
            CORRAL_TRY(auto part, read_range());
            ranges.insert(ranges.end(), part.begin(), part.end());
        }
        ++at_;
        ranges = CharSet::normalized(std::move(ranges));
        return is_opposite ? CharSet::complement(ranges) : ranges;
    }

    // A character, a class by name, or a range of characters.
    Result<Ranges> read_range() {
        CORRAL_TRY(auto first, read_character_or_class());
        const auto rest = text_.substr(at_);
        const bool is_range = rest.size() > 1 && rest[0] == '-' && rest[1] != ']';
        if (!is_range) return first;
        ++at_;
        CORRAL_TRY(const auto last, read_character_or_class());
        const auto is_one = [](const Ranges& ranges) {
            return ranges.size() == 1 && ranges.front().first == ranges.front().last;
        };
        if (!is_one(first) || !is_one(last) || last.front().first < first.front().first)
            return bad("a range has to go up from one character to another");
        return Ranges{{first.front().first, last.front().first}};
    }

    Result<Ranges> read_character_or_class() {
        if (peek() != '\\' || at_end()) {
            const auto character = first_utf8_character(text_.substr(at_));
            at_ += character.length;
            return Ranges{{character.code_point, character.code_point}};
        }
        ++at_;
        if (at_end()) return bad("the expression ends in an escape");
        const char letter = text_[at_++];
        if (auto ranges = named_class(letter)) return *ranges;
        if (const auto control = control_character(letter)) return Ranges{{*control, *control}};
        if (letter == 'x' || letter == 'u' || letter == 'U') return read_code(letter);
        if (is_ascii_letter_or_digit(letter)) {
            --at_;
            return bad("this escape is not supported");
        }
        --at_;
        const auto character = first_utf8_character(text_.substr(at_));
        at_ += character.length;
        return Ranges{{character.code_point, character.code_point}};
    }

    // `\x41`, `\u0041`, `\U00000041`, or any of them with `{41}`.
    Result<Ranges> read_code(char kind) {
        const bool has_braces = skip("{");
        const std::size_t n_most = has_braces ? 8 : kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
        char32_t code = 0;
        std::size_t n = 0;
        for (; n < n_most && hex_digit(peek()) >= 0; ++n, ++at_)
            code = code << 4 | static_cast<char32_t>(hex_digit(peek()));
        if (n == 0 || (has_braces ? !skip("}") : n < n_most)) return bad("a code is too short");
        constexpr char32_t kLastCharacter = 0x10FFFF;
        if (code > kLastCharacter) return bad("there is no such character");
        return CharSet::normalized({{code, code}});
    }

    static int hex_digit(char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    }

    std::string_view text_;
    RegexManner manner_;
    std::size_t at_ = 0;
};

}  // namespace

CharSet::Ranges in_both_cases(CharSet::Ranges ranges) {
    constexpr char32_t kApart = U'a' - U'A';
    Ranges more;
    for (const auto& [first, last] : ranges) {
        const auto add = [&, first = first, last = last](char32_t from, char32_t to, int shift) {
            const auto low = std::max(first, from);
            const auto high = std::min(last, to);
            if (low <= high)
                more.push_back({low + static_cast<char32_t>(shift * static_cast<int>(kApart)),
                                high + static_cast<char32_t>(shift * static_cast<int>(kApart))});
        };
        add(U'a', U'z', -1);
        add(U'A', U'Z', 1);
    }
    ranges.insert(ranges.end(), more.begin(), more.end());
    return CharSet::normalized(std::move(ranges));
}

Result<std::string> regex_to_gbnf(std::string_view regex, RegexManner manner) {
    return RegexReader(regex, manner).read();
}

}  // namespace corral::parse
