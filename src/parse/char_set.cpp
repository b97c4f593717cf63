#include "parse/char_set.h"

#include <algorithm>

namespace corral::parse {
namespace {

constexpr char32_t kLast = 0x10FFFF;
constexpr char32_t kBeforeSurrogates = 0xD7FF;
constexpr char32_t kAfterSurrogates = 0xE000;

CharSet::Row failing_row() {
    CharSet::Row row;
    row.fill(CharSet::kFail);
    return row;
}

enum class Overlap { none, part, all };

Overlap overlap(const CharSet::Ranges& ranges, char32_t low, char32_t high) {
    const auto first = std::ranges::lower_bound(ranges, low, {}, &CharSet::Range::last);
    if (first == ranges.end() || first->first > high) return Overlap::none;
    return first->first <= low && high <= first->last ? Overlap::all : Overlap::part;
}

}  // namespace

CharSet::Ranges CharSet::normalized(Ranges ranges) {
    std::erase_if(ranges, [](Range range) { return range.first > range.last; });
    std::ranges::sort(ranges);
    Ranges merged;
    const auto add = [&merged](char32_t first, char32_t last) {
        if (first > last) return;
        if (!merged.empty() && first <= merged.back().last + 1) {
            merged.back().last = std::max(merged.back().last, last);
        } else {
            merged.push_back({first, last});
        }
    };
    for (auto [first, last] : ranges) {
        last = std::min(last, kLast);
        add(first, std::min(last, kBeforeSurrogates));
        add(std::max(first, kAfterSurrogates), last);
    }
    return merged;
}

CharSet::Ranges CharSet::complement(const Ranges& normalized_ranges) {
    Ranges gaps;
    char32_t next = 0;
    for (const auto [first, last] : normalized_ranges) {
        if (first > next) gaps.push_back({next, first - 1});
        next = last + 1;
    }
    if (next <= kLast) gaps.push_back({next, kLast});
    return normalized(std::move(gaps));
}

CharSet::CharSet(const Ranges& ranges) : empty_(ranges.empty()), rows_(1, failing_row()) {
    for (unsigned byte = 0; byte < 0x80; ++byte) {
        rows_[kStart][byte] = target(ranges, byte, 0, 0);
    }
    for (unsigned byte = 0xC2; byte <= 0xF4; ++byte) {
        const int n_left = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
        constexpr std::array<char32_t, 4> kLowest = {0, 0x80, 0x800, 0x10000};
        const std::uint16_t next = target(ranges, byte & (0x3FU >> n_left), n_left,
                                          kLowest[static_cast<unsigned>(n_left)]);
        rows_[kStart][byte] = next;
    }
}

// The state after the first bytes of a character: `prefix` holds their bits, `n_left` bytes are to
// come, characters below `lowest` would be overlong.
std::uint16_t CharSet::target(const Ranges& ranges, char32_t prefix, int n_left, char32_t lowest) {
    const char32_t low = prefix << (6 * n_left);
    const char32_t high = low | ((1U << (6 * n_left)) - 1);
    if (high < lowest) return kFail;
    const Overlap overlapped = overlap(ranges, std::max(low, lowest), high);
    if (overlapped == Overlap::none) return kFail;
    if (n_left == 0) return kDone;
    if (overlapped == Overlap::all && low >= lowest) return any_tail(n_left);
    Row row = failing_row();
    for (unsigned bits = 0; bits < 0x40; ++bits) {
        row[0x80 | bits] = target(ranges, prefix << 6 | bits, n_left - 1, lowest);
    }
    rows_.push_back(row);
    return static_cast<std::uint16_t>(rows_.size() - 1);
}

std::uint16_t CharSet::any_tail(int n_left) {
    std::uint16_t& state = any_tails_[static_cast<std::size_t>(n_left)];
    if (state != 0) return state;
    const std::uint16_t next = n_left == 1 ? kDone : any_tail(n_left - 1);
    Row row = failing_row();
    for (unsigned bits = 0; bits < 0x40; ++bits) row[0x80 | bits] = next;
    rows_.push_back(row);
    return state = static_cast<std::uint16_t>(rows_.size() - 1);
}

}  // namespace corral::parse
