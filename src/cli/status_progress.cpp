#include "cli/status_progress.h"

#include <fmt/format.h>

#include "cli/json.h"
#include "cli/text/short_digest.h"

namespace corral::cli {

void StatusProgress::show(const Json& event) {
    auto digest = text_of(event, "digest");
    if (!digest.empty()) return show_transfer(event, digest);
    auto status = text_of(event, "status");
    if (status == status_) return;
    progress_.add_spinner(status);
    status_ = status;
}

void StatusProgress::show_transfer(const Json& event, const std::string& digest) {
    auto completed = integer_of(event, "completed");
    // A layer that has only been named would show an empty bar long before its turn.
    if (label_ == BarLabel::short_digest && completed == 0) return;
    auto status = text_of(event, "status");
    status_ = status;
    if (auto known = bars_.find(digest); known != bars_.end()) {
        progress_.set_current(known->second, completed);
        return;
    }
    auto label = label_ == BarLabel::short_digest ? fmt::format("pulling {}:", short_digest(digest))
                                                  : status;
    bars_[digest] = progress_.add_bar(label, integer_of(event, "total"), completed);
}

}  // namespace corral::cli
