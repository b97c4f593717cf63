#include "cli/chat/multiline.h"

#include <utility>

namespace corral::cli {
namespace {

constexpr std::string_view kQuotes = "\"\"\"";
constexpr std::string_view kSetSystem = "/set system ";

// The start of a block: the quotes alone, or as the text of `/set system`. npos when there is none.
std::size_t block_start(std::string_view line) {
    if (line.starts_with(kQuotes)) return 0;
    if (!line.starts_with(kSetSystem)) return std::string_view::npos;
    auto text = line.find_first_not_of(' ', kSetSystem.size());
    bool quoted = text != std::string_view::npos && line.substr(text).starts_with(kQuotes);
    return quoted ? text : std::string_view::npos;
}

}  // namespace

std::optional<std::string> MessageLines::add(std::string_view line, bool continued) {
    if (!open_ && text_.empty()) {
        if (auto start = block_start(line); start != std::string_view::npos) {
            text_ = line.substr(0, start);
            line.remove_prefix(start + kQuotes.size());
            open_ = true;
        }
    }
    text_ += line;
    if (open_ && line.ends_with(kQuotes)) {
        text_.resize(text_.size() - kQuotes.size());
        return take();
    }
    if (open_ || continued) {
        text_ += '\n';
        return std::nullopt;
    }
    return take();
}

void MessageLines::clear() {
    text_.clear();
    open_ = false;
}

std::string MessageLines::take() {
    open_ = false;
    return std::exchange(text_, {});
}

}  // namespace corral::cli
