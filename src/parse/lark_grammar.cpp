#include "parse/lark_grammar.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "parse/regex_grammar.h"

namespace corral::parse {

namespace {

// What `%import common.NAME` brings.
const std::map<std::string_view, std::string_view> kCommon = {
    {"DIGIT", "[0-9]"},
    {"HEXDIGIT", "[0-9a-fA-F]"},
    {"INT", "[0-9]+"},
    {"SIGNED_INT", "[+-]?[0-9]+"},
    {"DECIMAL", R"([0-9]+\.[0-9]*|\.[0-9]+)"},
    {"FLOAT", R"([0-9]+[eE][+-]?[0-9]+|([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)"},
    {"NUMBER", R"([0-9]+([eE][+-]?[0-9]+)?|([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)"},
    {"SIGNED_NUMBER",
     R"([+-]?([0-9]+([eE][+-]?[0-9]+)?|([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?))"},
    {"LETTER", "[a-zA-Z]"},
    {"LCASE_LETTER", "[a-z]"},
    {"UCASE_LETTER", "[A-Z]"},
    {"WORD", "[a-zA-Z]+"},
    {"CNAME", "[a-zA-Z_][a-zA-Z0-9_]*"},
    {"ESCAPED_STRING", R"("([^"\\\n]|\\[^\n])*")"},
    {"WS", R"([ \t\f\r\n]+)"},
    {"WS_INLINE", R"([ \t]+)"},
    {"LF", R"(\n)"},
    {"CR", R"(\r)"},
    {"NEWLINE", R"((\r?\n)+)"},
};

bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Rules have names of small letters, terminals of capitals.
bool is_terminal(std::string_view name) {
    const auto first = name.find_first_not_of('_');
    return first != std::string_view::npos && name[first] >= 'A' && name[first] <= 'Z';
}

class LarkReader {
public:
    LarkReader(std::string_view lark, Spelling spelling, const std::string& prefix)
        : text_(lark), spelling_(spelling), prefix_(prefix), has_gaps_(lark.contains("%ignore")) {}

    Result<std::string> read() {
        if (text_.size() > kMaxLark)
            return fail(ErrorCode::invalid, "the grammar is longer than {} bytes", kMaxLark);
        if (!is_valid_utf8(text_)) return fail(ErrorCode::invalid, "the grammar is not UTF-8");
        for (skip_blanks(true); !at_end(); skip_blanks(true)) CORRAL_CHECK(read_statement());
        for (const auto& [name, at] : used_) {
            if (defined_.contains(name)) continue;
            return fail(ErrorCode::invalid, "{} is not defined (in line {} of the grammar)", name,
                        line_of(at));
        }
        if (!defined_.contains("start"))
            return fail(ErrorCode::invalid, "the grammar has no rule `start`");
        const auto start = gbnf_name("start");
        if (!has_gaps_) return fmt::format("{} ::= {}\n{}", prefix_, start, rules_);
        return fmt::format("{} ::= {} {}\n{} ::= ({})*\n{}", prefix_, start, gap(), gap(), ignored_,
                           rules_);
    }

private:
    bool at_end() const { return at_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    bool sees(std::string_view mark) const { return text_.substr(at_).starts_with(mark); }
    bool skip(std::string_view mark) {
        if (!sees(mark)) return false;
        at_ += mark.size();
        return true;
    }
    std::unexpected<Error> bad(std::string_view what) const {
        return fail(ErrorCode::invalid, "{} (in line {} of the grammar)", what, line_of(at_));
    }
    std::size_t line_of(std::size_t at) const {
        const auto before = text_.substr(0, std::min(at, text_.size()));
        return static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
    }

    // Blanks and comments; line ends too where they do not end anything.
    void skip_blanks(bool lines) {
        while (!at_end()) {
            if (sees("//") || peek() == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (peek() == ' ' || peek() == '\t' || peek() == '\r' ||
                       (lines && peek() == '\n')) {
                ++at_;
            } else {
                return;
            }
        }
    }
    // A definition goes on in the next line where that begins with an alternative.
    void skip_to_alternative() {
        const auto here = at_;
        skip_blanks(true);
        if (peek() != '|') at_ = here;
    }

    std::string gbnf_name(std::string_view name) const {
        std::string gbnf = prefix_ + "-";
        for (const char c : name) gbnf += c == '_' ? '-' : c;
        return gbnf;
    }
    // Where what is ignored may stand: in front of what rules name, and at the end.
    std::string gap() const { return prefix_ + "-0"; }

    std::string read_name() {
        const auto begin = at_;
        while (begins_name(peek()) || is_digit(peek())) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    Result<void> read_statement() {
        if (skip("%ignore")) return read_ignored();
        if (skip("%import")) return read_import();
        if (peek() == '%') return bad("only %ignore and %import are supported");
        if (peek() == '?' || peek() == '!') ++at_;
        if (peek() == '?' || peek() == '!') ++at_;
        const auto name = read_name();
        if (name.empty() || is_digit(name.front())) return bad("a definition was expected");
        if (peek() == '{') return bad("templates are not supported");
        if (skip(".")) {
            skip("-");
            while (is_digit(peek())) ++at_;
        }
        skip_blanks(false);
        if (!skip(":")) return bad("a colon was expected");
        return define(name);
    }

    Result<void> define(const std::string& name) {
        if (!defined_.insert(name).second) return bad(name + " is defined twice");
        in_terminal_ = is_terminal(name);
        CORRAL_TRY(const auto body, read_alternatives(0));
        rules_ += fmt::format("{} ::= {}\n", gbnf_name(name), body);
        return end_of_line();
    }

    Result<void> end_of_line() {
        skip_blanks(false);
        if (!at_end() && peek() != '\n') return bad("the end of the line was expected");
        return {};
    }

    Result<void> read_ignored() {
        skip_blanks(false);
        in_terminal_ = true;
        CORRAL_TRY(const auto body, read_alternatives(0));
        ignored_.append(ignored_.empty() ? "" : " | ").append(body);
        return end_of_line();
    }

    // `common.WS`, `common.WS -> SPACE` and `common (WS, INT)`.
    Result<void> read_import() {
        skip_blanks(false);
        if (!skip("common")) return bad("only common.NAME can be imported");
        if (skip(".")) {
            const auto name = read_name();
            skip_blanks(false);
            auto alias = name;
            if (skip("->")) {
                skip_blanks(false);
                alias = read_name();
            }
            CORRAL_CHECK(import_common(name, alias));
            return end_of_line();
        }
        skip_blanks(false);
        if (!skip("(")) return bad("only common.NAME can be imported");
        do {
            skip_blanks(true);
            const auto name = read_name();
            CORRAL_CHECK(import_common(name, name));
            skip_blanks(true);
        } while (skip(","));
        if (!skip(")")) return bad("a list of names is not closed");
        return end_of_line();
    }

    Result<void> import_common(const std::string& name, const std::string& alias) {
        const auto known = kCommon.find(name);
        if (known == kCommon.end()) return bad("common." + name + " is not known");
        if (alias.empty() || !defined_.insert(alias).second)
            return bad(alias.empty() ? "a name was expected" : alias + " is defined twice");
        CORRAL_TRY(const auto body, regex_to_gbnf(known->second, {spelling_, false, false}));
        rules_ += fmt::format("{} ::= {}\n", gbnf_name(alias), body);
        return {};
    }

    Result<std::string> read_alternatives(int depth) {
        if (depth > kMaxLarkDepth) return bad("groups are nested too deeply");
        std::string out;
        while (true) {
            CORRAL_TRY(const auto sequence, read_sequence(depth));
            out += sequence;
            if (depth == 0) skip_to_alternative();
            if (!skip("|")) return out;
            out += " | ";
        }
    }

    Result<std::string> read_sequence(int depth) {
        std::string out;
        while (true) {
            skip_blanks(depth > 0);
            if (skip("->")) {
                skip_blanks(false);
                if (read_name().empty()) return bad("a name was expected");
                skip_blanks(depth > 0);
                break;
            }
            if (at_end() || peek() == '\n' || peek() == '|' || peek() == ')' || peek() == ']')
                break;
            CORRAL_TRY(const auto item, read_item(depth));
            out += (out.empty() ? "" : " ") + item;
        }
        return out.empty() ? "\"\"" : out;
    }

    Result<std::string> read_item(int depth) {
        CORRAL_TRY(auto atom, read_atom(depth));
        if (peek() == '?' || peek() == '*' || peek() == '+') return atom + text_[at_++];
        const auto here = at_;
        skip_blanks(false);
        if (!skip("~")) {
            at_ = here;
            return atom;
        }
        skip_blanks(false);
        CORRAL_TRY(const auto least, read_count());
        std::string most = least;
        if (skip("..")) {
            CORRAL_TRY(most, read_count());
        }
        return fmt::format("{}{{{},{}}}", atom, least, most);
    }

    Result<std::string> read_count() {
        const auto begin = at_;
        while (is_digit(peek())) ++at_;
        if (at_ == begin) return bad("a number was expected");
        return std::string(text_.substr(begin, at_ - begin));
    }

    Result<std::string> read_atom(int depth) {
        if (peek() == '(' || peek() == '[') return read_group(depth);
        if (peek() == '"') return read_string();
        if (peek() == '/') return read_regex();
        const auto begin = at_;
        const auto name = read_name();
        if (name.empty()) return bad("this is not supported");
        if (peek() == '{') return bad("templates are not supported");
        if (in_terminal_ && !is_terminal(name))
            return bad("a terminal cannot hold the rule " + name);
        used_.emplace(name, begin);
        return is_terminal(name) ? behind_gap(gbnf_name(name)) : gbnf_name(name);
    }

    // What stands for characters; in rules, something that is ignored may come before it.
    std::string behind_gap(const std::string& item) const {
        return in_terminal_ || !has_gaps_ ? item : fmt::format("({} {})", gap(), item);
    }

    Result<std::string> read_group(int depth) {
        const bool is_optional = text_[at_++] == '[';
        CORRAL_TRY(const auto inner, read_alternatives(depth + 1));
        skip_blanks(true);
        if (!skip(is_optional ? "]" : ")")) return bad("a group is not closed");
        return "(" + inner + (is_optional ? ")?" : ")");
    }

    // The text between quotes, with its escapes resolved.
    Result<std::string> read_quoted() {
        std::string content;
        for (++at_; peek() != '"'; ++at_) {
            if (at_end() || peek() == '\n') return bad("a text does not end");
            if (peek() != '\\') {
                content += peek();
                continue;
            }
            ++at_;
            constexpr std::string_view kLetters = "nrtfv0\"\\'/";
            constexpr std::string_view kMeant("\n\r\t\f\v\0\"\\'/", 10);
            const auto letter = at_end() ? kLetters.npos : kLetters.find(peek());
            if (letter == kLetters.npos) return bad("an escape in a text is not supported");
            content += kMeant[letter];
        }
        ++at_;
        return content;
    }

    Result<std::string> read_string() {
        CORRAL_TRY(const auto content, read_quoted());
        if (sees("..\"")) {
            at_ += 2;
            CORRAL_TRY(const auto last, read_quoted());
            return read_character_range(content, last);
        }
        if (content.empty()) return bad("an empty text stands for nothing");
        std::string item;
        if (!skip("i")) {
            append_gbnf_text(item, content, spelling_);
            return behind_gap(item);
        }
        for (std::size_t at = 0; at < content.size();) {
            const auto character = first_utf8_character(std::string_view(content).substr(at));
            at += character.length;
            item += item.empty() ? "(" : " ";
            append_gbnf_set(item, in_both_cases({{character.code_point, character.code_point}}),
                            spelling_);
        }
        return behind_gap(item + ")");
    }

    Result<std::string> read_character_range(std::string_view from, std::string_view to) const {
        const auto is_one = [](std::string_view text) {
            return !text.empty() && first_utf8_character(text).length == text.size();
        };
        std::string item;
        if (!is_one(from) || !is_one(to) ||
            !append_gbnf_set(item,
                             CharSet::normalized({{first_utf8_character(from).code_point,
                                                   first_utf8_character(to).code_point}}),
                             spelling_))
            return bad("a range has to go up from one character to another");
        return behind_gap(item);
    }

    Result<std::string> read_regex() {
        const auto begin = ++at_;
        for (; peek() != '/'; ++at_) {
            if (peek() == '\\') ++at_;
            if (at_end() || peek() == '\n') return bad("a regular expression does not end");
        }
        const auto regex = text_.substr(begin, at_ - begin);
        RegexManner manner{spelling_, false, false};
        for (++at_; peek() >= 'a' && peek() <= 'z'; ++at_) {
            if (peek() != 'i' && peek() != 's')
                return bad("of the flags of expressions only i and s are supported");
            (peek() == 'i' ? manner.ignores_case : manner.dot_is_all) = true;
        }
        const auto item = regex_to_gbnf(regex, manner);
        if (!item) return bad(item.error().message);
        return behind_gap(*item);
    }

    std::string_view text_;
    Spelling spelling_;
    const std::string& prefix_;
    std::size_t at_ = 0;
    bool has_gaps_;
    bool in_terminal_ = false;
    std::string rules_;
    std::string ignored_;  // alternatives
    std::set<std::string> defined_;
    std::map<std::string, std::size_t> used_;  // where it stands first
};

}  // namespace

Result<std::string> lark_to_gbnf(std::string_view lark, Spelling spelling,
                                 const std::string& prefix) {
    return LarkReader(lark, spelling, prefix).read();
}

}  // namespace corral::parse
