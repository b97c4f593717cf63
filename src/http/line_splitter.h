#pragma once

// Purpose: cuts a stream of bytes into lines, whatever the pieces it arrives in.
//
// Lines come without "\n" or "\r\n". Views last for the call.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace corral::http {

class LineSplitter {
public:
    using OnLine = std::function<bool(std::string_view line)>;
    enum class Outcome { ok, stopped, too_long };

    LineSplitter(std::size_t limit_bytes, OnLine on_line)
        : limit_bytes_(limit_bytes), on_line_(std::move(on_line)) {}

    // Calls on_line for every line that `piece` completes; stopped once it returns false.
    Outcome feed(std::string_view piece);
    // The stream has ended: what is left is the last line.
    Outcome finish();

private:
    Outcome deliver(std::string_view line);

    std::size_t limit_bytes_;
    OnLine on_line_;
    std::string unfinished_;
};

}  // namespace corral::http
