#pragma once

// Purpose: what was typed into the chat, kept for the next time.
//
// On disk: <home>/.ollama/history, one entry per line, newest last, at most 100, mode 0600. The
// newlines of an entry are written as U+240A (a visible "NL" sign), which older programs show as
// text (quirk Q11). Written anew through history.tmp and a rename after each entry; when that
// fails the entries of this session are still there.
// Source: cli.md 9.5.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

class History {
public:
    // With `saved` false the file is neither read nor written (quirk Q12).
    History(std::filesystem::path file, bool saved);

    const std::vector<std::string>& entries() const { return entries_; }
    // Blank entries are not kept, others are trimmed.
    void add(std::string_view entry);
    void set_saved(bool saved) { saved_ = saved; }

private:
    void read();
    void write() const;

    std::filesystem::path file_;
    bool saved_;
    std::vector<std::string> entries_;
};

}  // namespace corral::cli
