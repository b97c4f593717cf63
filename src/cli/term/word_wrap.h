#pragma once

// Purpose: wraps an answer at word boundaries while its characters are already being printed.
//
// Characters are passed on at once. When the next one would pass the right margin (width - 5), the
// word it belongs to is taken back with cursor movements and printed again on the next line. Words
// longer than width - 10 are broken where they stand. A character that arrives in pieces is held
// back until it is whole.
// Source: cli.md 6.5 (and quirk Q8).

#include <string>
#include <string_view>

namespace corral::cli {

class WordWrap {
public:
    // Below 10 columns nothing is wrapped.
    explicit WordWrap(int terminal_columns);

    // What to print for this piece of the answer.
    std::string feed(std::string_view text);
    // Starts anew at the left margin.
    void reset();
    bool at_line_start() const { return column_ == 0; }

private:
    void append(std::string& out, std::string_view bytes, char32_t code_point);
    void move_word_down(std::string& out);

    int columns_;
    int column_ = 0;          // where the cursor is
    std::string word_;        // the unfinished word, as printed
    int word_width_ = 0;      // its columns
    std::string unfinished_;  // the first bytes of a character
};

}  // namespace corral::cli
