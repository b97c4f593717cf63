#pragma once

// Purpose: where a command prints. Results go to standard output, all else to standard error.
//
// Ownership: borrows the streams. Threads: every call writes and flushes at once; the progress
// display's thread writes to `err` while it runs.

#include <cstdio>
#include <string_view>

namespace corral::cli {

struct Console {
    std::FILE* out = stdout;
    std::FILE* err = stderr;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;

    static Console of_process();

    void print(std::string_view text) const;  // standard output, as it is
    void note(std::string_view text) const;   // standard error, as it is
    void error(std::string_view text) const;  // "Error: <text>" and a newline on standard error

    // Columns of standard output, 80 when unknown.
    int out_columns() const;
};

// Sequences the terminal understands. Source: cli.md 6.6.
inline constexpr std::string_view kGrey = "\033[38;5;245m";
inline constexpr std::string_view kBold = "\033[1m";
inline constexpr std::string_view kReset = "\033[0m";
inline constexpr std::string_view kEraseToLineEnd = "\033[K";

}  // namespace corral::cli
