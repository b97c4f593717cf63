#pragma once

// Purpose: the state machine behind json::parse; an internal of api/json.
//
// It walks over the text once, byte by byte as upstream's scanner does, so that the first offending
// character is the same one. Reaching the end of the text anywhere inside a value is `unexpected
// EOF`.

#include "api/json/value.h"

namespace corral::api::json {

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    using OnItem = std::function<void(const Value&)>;

    // The first value of the text.
    [[nodiscard]] Result<Value> scan();
    // The elements of one member of the object that the text is.
    [[nodiscard]] Result<void> scan_items(std::string_view key, const OnItem& on_item);

private:
    [[nodiscard]] Result<Value> value(int depth);
    [[nodiscard]] Result<void> object(Value& into, int depth);
    [[nodiscard]] Result<void> member(Value& into, int depth);
    [[nodiscard]] Result<std::string> key();
    // What stands between brackets or braces, piece by piece; `after_piece` says where an error is.
    template <class Piece>
    [[nodiscard]] Result<void> pieces(char end, std::string_view after_piece, const Piece& piece);
    [[nodiscard]] Result<void> string();
    [[nodiscard]] Result<void> escape();
    [[nodiscard]] Result<void> number();
    [[nodiscard]] Result<void> digits(std::string_view where);
    [[nodiscard]] Result<void> literal(std::string_view word);

    void skip_blanks();
    bool at_end() const { return at_ == text_.size(); }
    char peek() const { return text_[at_]; }
    bool at_digit() const { return !at_end() && peek() >= '0' && peek() <= '9'; }
    std::unexpected<Error> unexpected(std::string_view where) const;

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t n_values_ = 0;
};

}  // namespace corral::api::json
