#include "prompt/go/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace corral::prompt::go {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

constexpr std::array<std::pair<std::string_view, TokenKind>, 13> kWords = {{
    {"block", TokenKind::block_word},
    {"break", TokenKind::break_word},
    {"continue", TokenKind::continue_word},
    {"define", TokenKind::define_word},
    {"else", TokenKind::else_word},
    {"end", TokenKind::end_word},
    {"if", TokenKind::if_word},
    {"nil", TokenKind::nil_word},
    {"range", TokenKind::range_word},
    {"template", TokenKind::template_word},
    {"with", TokenKind::with_word},
    {"true", TokenKind::boolean},
    {"false", TokenKind::boolean},
}};

bool is_space(char c) {
    return kSpaces.contains(c);
}

bool has_left_trim(std::string_view text) {
    return text.size() >= 2 && text[0] == '-' && is_space(text[1]);
}

bool has_right_trim(std::string_view text) {
    return text.size() >= 2 && is_space(text[0]) && text[1] == '-';
}

}  // namespace

std::string to_text(const Token& token) {
    constexpr std::size_t kMaxShown = 10;
    if (token.kind == TokenKind::end_of_source) return "EOF";
    if (token.kind == TokenKind::error) return std::string(token.text);
    if (token.kind >= TokenKind::dot) return fmt::format("<{}>", token.text);
    if (token.text.size() <= kMaxShown) return go_quote(token.text);
    std::size_t shown = 0;
    for (std::size_t n = 0; n < kMaxShown && shown < token.text.size(); ++n)
        shown += first_utf8_character(token.text.substr(shown)).length;
    return go_quote(token.text.substr(0, shown)) + "...";
}

Token Lexer::next() {
    if (failed_) return {TokenKind::end_of_source, at_, {}, line_};
    return inside_ ? inside() : outside();
}

Token Lexer::take(TokenKind kind) {
    const Token token{kind, start_, source_.substr(start_, at_ - start_), line_};
    ignore();
    return token;
}

Token Lexer::fail(std::string message) {
    failed_ = true;
    message_ = std::move(message);
    return {TokenKind::error, start_, message_, line_};
}

void Lexer::ignore() {
    const std::string_view passed = source_.substr(start_, at_ - start_);
    line_ += static_cast<std::size_t>(std::ranges::count(passed, '\n'));
    start_ = at_;
}

void Lexer::skip_blanks() {
    while (at_ < source_.size() && is_space(source_[at_])) ++at_;
}

Token Lexer::outside() {
    for (;;) {
        const std::size_t open = source_.find(kOpen, at_);
        if (open == std::string_view::npos) {
            at_ = source_.size();
            return take(at_ > start_ ? TokenKind::text : TokenKind::end_of_source);
        }
        at_ = open;
        if (has_left_trim(source_.substr(open + kOpen.size())))
            while (at_ > start_ && is_space(source_[at_ - 1])) --at_;
        if (at_ > start_) {
            const Token text = take(TokenKind::text);
            at_ = open;
            ignore();
            return text;
        }
        at_ = open;
        ignore();
        const std::size_t after = open + kOpen.size();
        const std::size_t trim = has_left_trim(source_.substr(after)) ? 2 : 0;
        if (!source_.substr(after + trim).starts_with("/*")) return open_action();
        at_ = after + trim;
        ignore();
        Token error;
        if (!skip_comment(error)) return error;
    }
}

Token Lexer::open_action() {
    at_ += kOpen.size();
    const Token token = take(TokenKind::open);
    if (has_left_trim(rest())) at_ += 2;
    ignore();
    inside_ = true;
    n_open_parentheses_ = 0;
    return token;
}

bool Lexer::skip_comment(Token& error) {
    const std::size_t end = source_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
        error = fail("unclosed comment");
        return false;
    }
    at_ = end + 2;
    const bool trims = at_trimming_close();
    if (!trims && !at_close()) {
        error = fail("comment ends before closing delimiter");
        return false;
    }
    at_ += (trims ? 2 : 0) + kClose.size();
    if (trims) skip_blanks();
    ignore();
    return true;
}

bool Lexer::at_close() const {
    return rest().starts_with(kClose);
}

bool Lexer::at_trimming_close() const {
    return has_right_trim(rest()) && rest().substr(2).starts_with(kClose);
}

Token Lexer::inside() {
    if (at_close() || at_trimming_close())
        return n_open_parentheses_ == 0 ? close_action() : fail("unclosed left paren");
    if (at_ >= source_.size()) return fail("unclosed action");
    const char c = source_[at_];
    if (is_space(c)) return blanks();
    const bool starts_number = c == '+' || c == '-' || (c >= '0' && c <= '9') ||
                               (c == '.' && at_ + 1 < source_.size() && source_[at_ + 1] >= '0' &&
                                source_[at_ + 1] <= '9') ||
                               (c == '.' && at_ + 1 == source_.size());
    if (starts_number) return number();
    if (at_word_character()) return word(TokenKind::identifier);
    switch (c) {
        case '.':
            ++at_;
            return field_or_variable(TokenKind::field);
        case '$':
            ++at_;
            return field_or_variable(TokenKind::variable);
        case '"':
            return quoted('"', TokenKind::string, "quoted string");
        case '\'':
            return quoted('\'', TokenKind::rune, "character constant");
        case '`':
            return raw_quoted();
        default:
            return other();
    }
}

Token Lexer::other() {
    const char c = source_[at_++];
    switch (c) {
        case '=':
            return take(TokenKind::assign);
        case ':':
            if (peek() != '=') {
                if (at_ < source_.size()) ++at_;
                return fail("expected :=");
            }
            ++at_;
            return take(TokenKind::declare);
        case '|':
            return take(TokenKind::pipe);
        case '(':
            ++n_open_parentheses_;
            return take(TokenKind::open_parenthesis);
        case ')':
            if (--n_open_parentheses_ < 0) return fail("unexpected right paren");
            return take(TokenKind::close_parenthesis);
        default:
            if (c > ' ' && c < 0x7f) return take(TokenKind::character);
            --at_;
            return fail("unrecognized character in action: " + describe_next());
    }
}

Token Lexer::close_action() {
    const bool trims = at_trimming_close();
    if (trims) at_ += 2;
    ignore();
    at_ += kClose.size();
    const Token token = take(TokenKind::close);
    if (trims) skip_blanks();
    ignore();
    inside_ = false;
    return token;
}

// A blank before a closing `-}}` belongs to that.
Token Lexer::blanks() {
    skip_blanks();
    const bool before_trim =
        source_.substr(at_ - 1).starts_with(std::string{source_[at_ - 1], '-'} + "}}");
    if (before_trim) --at_;
    return before_trim && at_ == start_ ? close_action() : take(TokenKind::space);
}

bool Lexer::at_word_character() const {
    if (at_ >= source_.size()) return false;
    const auto c = static_cast<unsigned char>(source_[at_]);
    // Letters of other scripts are taken for what they look like: any character beyond ASCII.
    if (c >= 0x80) return first_utf8_character(rest()).valid;
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

void Lexer::skip_word() {
    while (at_word_character()) at_ += first_utf8_character(rest()).length;
}

bool Lexer::at_terminator() const {
    if (at_ >= source_.size() || at_close()) return true;
    return is_space(source_[at_]) || std::string_view(".,|:)(").contains(source_[at_]);
}

std::string Lexer::describe_next() const {
    if (at_ >= source_.size()) return "U+FFFFFFFFFFFFFFFF";
    const Utf8Character next = first_utf8_character(rest());
    std::string text = fmt::format("U+{:04X}", static_cast<std::uint32_t>(next.code_point));
    const bool is_printable = next.code_point >= ' ' && next.code_point != 0x7f &&
                              (next.code_point < 0x80 || next.code_point >= 0xa0);
    if (!is_printable) return text;
    text += " '";
    append_utf8(text, next.code_point);
    return text + "'";
}

Token Lexer::word(TokenKind kind) {
    skip_word();
    if (!at_terminator()) return fail("bad character " + describe_next());
    const std::string_view text = source_.substr(start_, at_ - start_);
    const auto* found = std::ranges::find(kWords, text, &decltype(kWords)::value_type::first);
    return take(found == kWords.end() ? kind : found->second);
}

Token Lexer::field_or_variable(TokenKind kind) {
    if (at_terminator()) return take(kind == TokenKind::field ? TokenKind::dot : kind);
    skip_word();
    if (!at_terminator()) return fail("bad character " + describe_next());
    return take(kind);
}

Token Lexer::quoted(char quote, TokenKind kind, std::string_view name) {
    for (++at_; at_ < source_.size() && source_[at_] != '\n'; ++at_) {
        if (source_[at_] == quote) {
            ++at_;
            return take(kind);
        }
        if (source_[at_] == '\\' && at_ + 1 < source_.size() && source_[at_ + 1] != '\n') ++at_;
    }
    return fail(fmt::format("unterminated {}", name));
}

Token Lexer::raw_quoted() {
    const std::size_t end = source_.find('`', at_ + 1);
    if (end == std::string_view::npos) return fail("unterminated raw quoted string");
    at_ = end + 1;
    return take(TokenKind::raw_string);
}

bool Lexer::accept(std::string_view set) {
    if (at_ >= source_.size() || !set.contains(source_[at_])) return false;
    ++at_;
    return true;
}

void Lexer::accept_all(std::string_view set) {
    while (accept(set)) {
    }
}

Token Lexer::number() {
    const auto bad = [this] {
        return fail("bad number syntax: " + go_quote(source_.substr(start_, at_ - start_)));
    };
    if (!scan_number()) return bad();
    const bool is_complex = peek() == '+' || peek() == '-';
    if (is_complex && (!scan_number() || source_[at_ - 1] != 'i')) return bad();
    return take(TokenKind::number);
}

bool Lexer::scan_number() {
    accept("+-");
    std::string_view digits = "0123456789_";
    bool is_decimal = true;
    bool is_hexadecimal = false;
    if (accept("0")) {
        if (accept("xX")) {
            digits = "0123456789abcdefABCDEF_";
            is_hexadecimal = true;
        } else if (accept("oO")) {
            digits = "01234567_";
        } else if (accept("bB")) {
            digits = "01_";
        }
        is_decimal = digits.size() == 11;
    }
    accept_all(digits);
    if (accept(".")) accept_all(digits);
    if ((is_decimal && accept("eE")) || (is_hexadecimal && accept("pP"))) {
        accept("+-");
        accept_all("0123456789_");
    }
    accept("i");
    if (!at_word_character()) return true;
    at_ += first_utf8_character(rest()).length;
    return false;
}

}  // namespace corral::prompt::go
