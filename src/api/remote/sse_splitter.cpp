#include "api/remote/sse_splitter.h"

#include <utility>

namespace corral::api::remote {

SseSplitter::SseSplitter(std::size_t limit_bytes, OnData on_data)
    : limit_bytes_(limit_bytes),
      on_data_(std::move(on_data)),
      lines_(limit_bytes, [this](std::string_view line) { return take_line(line); }) {}

bool SseSplitter::take_line(std::string_view line) {
    constexpr std::string_view kField = "data:";
    if (line.empty()) return deliver();
    if (!line.starts_with(kField)) return true;
    line.remove_prefix(kField.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    data_ += line;
    has_data_ = true;
    too_long_ = data_.size() > limit_bytes_;
    return !too_long_;
}

bool SseSplitter::deliver() {
    if (!std::exchange(has_data_, false)) return true;
    const std::string data = std::exchange(data_, {});
    return on_data_(data);
}

SseSplitter::Outcome SseSplitter::finish() {
    const Outcome outcome = checked(lines_.finish());
    if (outcome != Outcome::ok) return outcome;
    return deliver() ? Outcome::ok : Outcome::stopped;
}

}  // namespace corral::api::remote
