#pragma once

// Purpose: the words of a Go template: text between actions, and what stands inside `{{ … }}`.
//
// Blanks inside actions are tokens, since `.A .B` and `.A.B` differ. Comments and trimmed white
// space give no token. Tokens are views into the source, which has to outlive them.
// Source: Go's text/template/parse, Go 1.26.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corral::prompt::go {

enum class TokenKind : std::uint8_t {
    error,  // text: what is wrong; no token comes after it
    end_of_source,
    text,
    open,   // {{
    close,  // }}
    space,
    open_parenthesis,
    close_parenthesis,
    pipe,
    declare,    // :=
    assign,     // =
    character,  // any other printable ASCII character; the parser knows the comma
    boolean,
    number,  // unchecked
    rune,    // 'c', unchecked
    string,  // "…", unchecked
    raw_string,
    identifier,
    field,     // .Name
    variable,  // $name
    // Keywords.
    dot,
    block_word,
    break_word,
    continue_word,
    define_word,
    else_word,
    end_word,
    if_word,
    nil_word,
    range_word,
    template_word,
    with_word,
};

struct Token {
    TokenKind kind = TokenKind::end_of_source;
    std::size_t position = 0;  // bytes from the start of the source
    std::string_view text;
    std::size_t line = 0;  // 1 = first
};

// How error messages name a token: "EOF", <end>, "text cut a"....
std::string to_text(const Token& token);

class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}

    Token next();
    std::string_view source() const { return source_; }

private:
    Token take(TokenKind kind);
    Token fail(std::string message);
    Token outside();
    Token open_action();
    bool skip_comment(Token& error);
    Token inside();
    Token close_action();
    Token blanks();
    Token word(TokenKind kind);
    Token field_or_variable(TokenKind kind);
    Token quoted(char quote, TokenKind kind, std::string_view name);
    Token raw_quoted();
    Token number();
    Token other();
    bool scan_number();

    bool at_close() const;
    bool at_trimming_close() const;
    bool at_terminator() const;
    bool at_word_character() const;
    void skip_word();
    bool accept(std::string_view set);
    void accept_all(std::string_view set);
    void ignore();
    void skip_blanks();
    std::string_view rest() const { return source_.substr(at_); }
    char peek() const { return at_ < source_.size() ? source_[at_] : '\0'; }
    std::string describe_next() const;

    std::string_view source_;
    std::size_t start_ = 0;  // of the token being read
    std::size_t at_ = 0;
    std::size_t line_ = 1;  // of start_
    bool inside_ = false;
    bool failed_ = false;
    int n_open_parentheses_ = 0;
    std::string message_;
};

}  // namespace corral::prompt::go
