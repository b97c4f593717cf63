#pragma once

// Purpose: what a runner complained about last, from what it prints on standard error.
//
// Output arrives in pieces and is cut into lines. A line with one of the known marks ("error:",
// "GGML_ASSERT", …) or with a text that says that memory ran out is kept; together the kept lines
// are the "last error" that error texts quote. At most kMaxTailBytes of it are held, the newest;
// lines longer than kMaxLineBytes are cut. Source: scheduler-runtime.md 9.3, 9.4.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace corral::sched {

inline constexpr std::size_t kMaxTailBytes = 8 << 10;
inline constexpr std::size_t kMaxLineBytes = 4 << 10;

// True for texts like "out of memory" or "failed to allocate", in any case.
bool says_out_of_memory(std::string_view text);

class ErrorTail {
public:
    // Adds output; `on_line` gets every complete line, without its end.
    void feed(std::string_view output, const std::function<void(std::string_view line)>& on_line);
    // The kept lines, joined by newlines.
    const std::string& text() const { return text_; }
    // Forgets what was kept: a runner that is ready has overcome it.
    void clear() { text_.clear(); }

private:
    void keep(std::string_view line);

    std::string partial_;
    std::string text_;
};

}  // namespace corral::sched
