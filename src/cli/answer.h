#pragma once

// Purpose: an answer on standard output as it arrives: thinking set apart, words wrapped.
// Source: cli.md 8.3.

#include <memory>
#include <string>
#include <string_view>

#include "cli/term/console.h"
#include "cli/term/word_wrap.h"

namespace corral::cli {

struct AnswerStyle {
    int wrap_columns = 0;  // of the terminal; 0 = do not wrap
    bool colours = false;  // thinking in grey; for terminals
    bool hide_thinking = false;
};

// Turns pieces of an answer into what is printed for them.
class AnswerFormat {
public:
    explicit AnswerFormat(AnswerStyle style);

    std::string thinking(std::string_view text);
    std::string content(std::string_view text);
    // At the end of the stream, also of a cancelled one. Thinking that never ended gets no marker.
    std::string end();

private:
    std::string finish_thinking();

    AnswerStyle style_;
    WordWrap wrap_;
    bool thinking_ = false;
    bool thinking_ends_in_newline_ = false;
};

// Prints an answer; shows a spinner on standard error until there is something to print.
class AnswerPrinter {
public:
    AnswerPrinter(const Console& console, AnswerStyle style);
    ~AnswerPrinter();

    void thinking(std::string_view text) { print(format_.thinking(text)); }
    void content(std::string_view text) { print(format_.content(text)); }
    void end();
    // Instead of end() when the answer broke off: a terminal's cursor goes to a line of its own.
    void break_off();

private:
    void print(const std::string& text);

    const Console& console_;
    AnswerFormat format_;
    std::unique_ptr<class Progress> spinner_;
    bool printed_ = false;
};

}  // namespace corral::cli
