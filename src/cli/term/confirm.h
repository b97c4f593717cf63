#pragma once

// Purpose: a question with the buttons Yes and No, asked at the terminal and wiped away when it is
// answered.
//
// Keys: left and right choose a button, Enter presses it, Esc and Ctrl-C cancel, all others do
// nothing. The terminal is in raw mode only while the question stands. Source: cli.md 10.4.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/term/console.h"

namespace corral::cli {

enum class Choice { yes, no, cancelled };

// The question without its terminal: what keys do to it, and how it looks. Yes is chosen at first.
class Confirmation {
public:
    explicit Confirmation(std::string question) : question_(std::move(question)) {}

    // Takes bytes as the terminal sends them, key sequences whole. The answer, once there is one.
    std::optional<Choice> press(std::string_view keys);
    // Its lines on a terminal of that many columns.
    std::vector<std::string> lines(int columns) const;

private:
    std::string question_;
    bool is_yes_ = true;
};

// Blocks until it is answered; a terminal that goes away cancels. Standard input and output must be
// terminals.
Choice confirm(const Console& console, std::string question);

}  // namespace corral::cli
