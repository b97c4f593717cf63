#pragma once

// Purpose: one line typed at the terminal, with the keys of the chat. The only door to libedit.
//
// Ctrl-J, and newlines within pasted text, end a line as `continued`: the caller asks for the next
// one with the continuation prompt. The terminal is in raw mode only while a line is read.
// Source: cli.md 9.3, 9.4.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

enum class LineEnd {
    entered,      // Enter
    continued,    // Ctrl-J: the message goes on
    edit,         // Ctrl-G: the text is wanted in the external editor
    interrupted,  // Ctrl-C; the text is dropped
    closed,       // Ctrl-D on an empty line, or the terminal went away
};

struct TypedLine {
    std::string text;  // without its newline
    LineEnd end = LineEnd::entered;
};

class LineEditor {
public:
    explicit LineEditor(const std::vector<std::string>& recallable);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    // `placeholder` stands greyed behind the prompt until the first key.
    TypedLine read(const std::string& prompt, const std::string& placeholder);
    // Offers `entry` to the up key.
    void remember(const std::string& entry);
    // The next lines start with this text, as if it had been typed.
    void put_in(std::string_view text);

private:
    friend struct LineEditorKeys;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace corral::cli
