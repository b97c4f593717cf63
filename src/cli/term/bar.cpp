#include "cli/term/bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.h"
#include "base/units.h"
#include "base/utf8.h"

namespace corral::cli {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMostSamples = 10;
constexpr int kAmountColumns = 13;
constexpr int kSpeedColumns = 10;
constexpr int kRemainingColumns = 8;
constexpr int kSuffixColumns = kAmountColumns + kSpeedColumns + kRemainingColumns;
constexpr int kFrameColumns = 5;  // the blanks and edges around the cells, and one free column

std::string repeated(std::string_view piece, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += piece;
    return text;
}

}  // namespace

std::string remaining_text(seconds remaining) {
    auto n_hours = remaining.count() / 3600;
    if (n_hours >= 100) return "99h+";
    if (n_hours >= 1) return fmt::format("{}h{}m", n_hours, remaining.count() / 60 % 60);
    return format_go_duration(remaining);
}

Bar::Bar(std::string message, std::int64_t total, std::int64_t current,
         ProgressClock::time_point now)
    : message_(std::move(message)),
      total_(std::max<std::int64_t>(total, 0)),
      current_(current),
      start_{now, current} {}

void Bar::update(std::int64_t current, ProgressClock::time_point now) {
    current_ = current;
    total_ = std::max(total_, current);
    if (!samples_.empty() && now - samples_.back().time < seconds(1)) return;
    samples_.push_back({now, current});
    if (samples_.size() > kMostSamples) samples_.pop_front();
}

double Bar::percent() const {
    if (total_ <= 0) return 100;
    return static_cast<double>(current_) / static_cast<double>(total_) * 100;
}

std::optional<std::int64_t> Bar::bytes_per_second() const {
    if (samples_.empty()) return std::nullopt;
    const auto& first = samples_.size() == 1 ? start_ : samples_.front();
    const auto& last = samples_.back();
    auto n_seconds = std::chrono::round<seconds>(last.time - first.time).count();
    if (n_seconds <= 0 || last.value <= first.value) return std::nullopt;
    return (last.value - first.value) / n_seconds;
}

std::string Bar::suffix() const {
    if (finished()) return fmt::format("{:>6}{:{}}", human_bytes(total_), "", kSuffixColumns - 6);
    auto text = fmt::format("{:>6}/{:>6}", human_bytes(current_), human_bytes(total_));
    auto rate = bytes_per_second();
    if (!rate || *rate == 0) {
        return fmt::format("{}{:{}}", text, "", kSpeedColumns + kRemainingColumns);
    }
    auto remaining = remaining_text(seconds((total_ - current_) / *rate));
    return fmt::format("{}  {:>6}/s  {:>6}", text, human_bytes(*rate), remaining);
}

std::string Bar::text(int columns) const {
    auto label = fmt::format("{} {:3.0f}%", message_, percent());
    auto n_cells =
        columns - static_cast<int>(display_width(label)) - kSuffixColumns - kFrameColumns;
    n_cells = std::max(n_cells, 0);
    auto n_filled = std::clamp(static_cast<int>(n_cells * percent() / 100), 0, n_cells);
    return fmt::format("{} ▕{}{}▏ {}", label, repeated("█", n_filled),
                       repeated(" ", n_cells - n_filled), suffix());
}

std::string Bar::plain_text() const {
    return fmt::format("{} {:.0f}% {}", message_, percent(), human_bytes(current_));
}

}  // namespace corral::cli
