#pragma once

// Purpose: messages over several lines: between `"""`, or continued with Ctrl-J.
// Source: cli.md 9.3.

#include <optional>
#include <string>
#include <string_view>

namespace corral::cli {

// Collects the lines of one message.
class MessageLines {
public:
    // A line as typed; `continued` when the next belongs to the same message. Gives the message
    // when it is complete.
    std::optional<std::string> add(std::string_view line, bool continued);
    bool empty() const { return !open_ && text_.empty(); }
    // The text inside a block is never a command.
    bool in_block() const { return open_; }
    void clear();
    // What has been typed so far, and forgets it.
    std::string take();

private:
    std::string text_;
    bool open_ = false;  // within `"""`
};

}  // namespace corral::cli
