#include "sched/error_tail.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace corral::sched {

namespace {

constexpr std::array<std::string_view, 14> kMarks{
    "panic:",
    "fatal error:",
    "error:",
    "Error:",
    "CUDA error",
    "ROCm error",
    "cudaMalloc failed",
    "\"ERR\"",
    "error loading model",
    "GGML_ASSERT",
    "Deepseek2 does not support K-shift",
    "terminate called",
    "llama_init_from_model:",
    "runtime error",
};

constexpr std::array<std::string_view, 10> kOutOfMemory{
    "out of memory",     "out of device memory", "cudamalloc failed",
    "hipmalloc failed",  "failed to allocate",   "allocation failed",
    "not enough memory", "insufficient memory",  "vk_error_out_of_device_memory",
    "erroroutofmemory",
};

std::size_t first_mark(std::string_view line) {
    std::size_t first = std::string_view::npos;
    for (std::string_view mark : kMarks) first = std::min(first, line.find(mark));
    return first;
}

}  // namespace

bool says_out_of_memory(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(
        kOutOfMemory, [&](std::string_view needle) { return lower.find(needle) != lower.npos; });
}

void ErrorTail::feed(std::string_view output,
                     const std::function<void(std::string_view line)>& on_line) {
    while (!output.empty()) {
        const std::size_t end = output.find('\n');
        const std::string_view piece = output.substr(0, end);
        partial_.append(piece.substr(0, kMaxLineBytes - std::min(partial_.size(), kMaxLineBytes)));
        if (end == output.npos) return;
        output.remove_prefix(end + 1);
        if (partial_.ends_with('\r')) partial_.pop_back();
        on_line(partial_);
        keep(partial_);
        partial_.clear();
    }
}

void ErrorTail::keep(std::string_view line) {
    const std::size_t mark = first_mark(line);
    if (mark != line.npos)
        line.remove_prefix(mark);
    else if (!says_out_of_memory(line))
        return;
    if (!text_.empty()) text_ += '\n';
    text_ += line;
    if (text_.size() > kMaxTailBytes) text_.erase(0, text_.size() - kMaxTailBytes);
}

}  // namespace corral::sched
