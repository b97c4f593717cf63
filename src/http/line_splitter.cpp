#include "http/line_splitter.h"

#include <utility>

namespace corral::http {

LineSplitter::Outcome LineSplitter::deliver(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > limit_bytes_) return Outcome::too_long;
    return on_line_(line) ? Outcome::ok : Outcome::stopped;
}

LineSplitter::Outcome LineSplitter::feed(std::string_view piece) {
    for (std::size_t end = piece.find('\n'); end != piece.npos; end = piece.find('\n')) {
        std::string_view line = piece.substr(0, end);
        if (!unfinished_.empty()) {
            unfinished_ += line;
            line = unfinished_;
        }
        const Outcome outcome = deliver(line);
        unfinished_.clear();
        if (outcome != Outcome::ok) return outcome;
        piece.remove_prefix(end + 1);
    }
    unfinished_ += piece;
    return unfinished_.size() > limit_bytes_ + 1 ? Outcome::too_long : Outcome::ok;
}

LineSplitter::Outcome LineSplitter::finish() {
    const std::string last = std::exchange(unfinished_, {});
    return last.empty() ? Outcome::ok : deliver(last);
}

}  // namespace corral::http
