#include "parse/stop_matcher.h"

#include <algorithm>
#include <utility>

namespace corral::parse {

StopMatcher::StopMatcher(std::vector<std::string> stops) : stops_(std::move(stops)) {
    std::erase_if(stops_, [](const std::string& stop) { return stop.empty(); });
}

StopMatcher::Output StopMatcher::push(std::string_view text) {
    pending_ += text;
    std::size_t first = std::string::npos;
    const std::string* found = nullptr;
    for (const std::string& stop : stops_) {
        const std::size_t at = pending_.find(stop);
        if (at >= first) continue;
        first = at;
        found = &stop;
    }
    if (found != nullptr) {
        pending_.resize(first);
        return {std::exchange(pending_, {}), true, *found};
    }
    const std::size_t shown = pending_.size() - withheld_length();
    Output output{pending_.substr(0, shown), false};
    pending_.erase(0, shown);
    return output;
}

std::string StopMatcher::finish() {
    return std::exchange(pending_, {});
}

// The longest end of the pending text that a stop string begins with.
std::size_t StopMatcher::withheld_length() const {
    const std::string_view pending = pending_;
    std::size_t longest = 0;
    for (const std::string& stop : stops_) {
        for (std::size_t n = std::min(stop.size() - 1, pending.size()); n > longest; --n) {
            if (pending.ends_with(std::string_view(stop).substr(0, n))) longest = n;
        }
    }
    return longest;
}

}  // namespace corral::parse
