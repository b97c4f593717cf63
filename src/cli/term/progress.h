#pragma once

// Purpose: the area on standard error where a command shows what it is doing: spinners and bars,
// one line each, redrawn in place ten times a second.
//
// On a terminal a thread draws; stop() leaves the last frame on the screen, clear() wipes it away.
// When standard error is not a terminal nothing moves: a spinner's message is printed as a line
// when it comes (or, if it changes, its last form when it ends), a bar as a line when it is full.
//
// Threads: the member functions belong to one thread. The destructor clears nothing, it stops.
// Source: cli.md 6.2, 6.3, quirk Q2.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/term/console.h"

namespace corral::cli {

class Progress {
public:
    explicit Progress(const Console& console);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Adds a line; the spinner before it stops. Gives the line's number.
    std::size_t add_spinner(std::string message);
    std::size_t add_bar(std::string message, std::int64_t total, std::int64_t current);

    // A spinner's new message: shown on a terminal, printed elsewhere when the spinner ends.
    void set_message(std::size_t spinner, std::string message);
    void set_current(std::size_t bar, std::int64_t current);

    void stop();
    void clear();

private:
    struct State;
    std::unique_ptr<State> state_;
};

// The bytes that draw `lines` over a frame of `n_lines_before` lines (0: nothing was drawn yet).
std::string frame_text(const std::vector<std::string>& lines, std::size_t n_lines_before);
// The bytes that wipe a frame away; the cursor is then where its first line began.
std::string wipe_text(std::size_t n_lines);

// `text` with its middle left out so that it takes fewer than `columns`: a line that the terminal
// would break in two spoils the count of lines to go back.
std::string elided(std::string_view text, int columns);

// "<message> ⠙ ", "⠙ " without a message, "<message> " when stopped. `step` counts frames.
std::string spinner_text(const std::string& message, std::size_t step, bool stopped);

}  // namespace corral::cli
