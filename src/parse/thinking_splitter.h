#pragma once

// Purpose: separates the thinking that an answer begins with, between tags, from the rest.
//
// Blanks around the tags belong to neither. An answer that does not begin with the opening tag is
// all content. Time is linear in the text. Source: modelfile-create-templates.md 15.2.

#include <string>
#include <string_view>

namespace corral::parse {

class ThinkingSplitter {
public:
    ThinkingSplitter(std::string opening, std::string closing)
        : opening_(std::move(opening)), closing_(std::move(closing)) {}

    // The prompt ended with the opening tag.
    void begin_inside() { state_ = State::after_opening; }

    struct Output {
        std::string thinking;
        std::string content;
    };
    Output push(std::string_view text);
    Output finish();

private:
    enum class State { looking, after_opening, thinking, after_closing, content };

    bool step(Output& output);
    bool look(Output& output);
    bool think(Output& output);

    std::string opening_;
    std::string closing_;
    State state_ = State::looking;
    std::string blanks_;   // that the answer began with
    std::string pending_;  // undecided
};

}  // namespace corral::parse
