#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace corral {

std::string human_bytes(std::int64_t bytes) {
    constexpr std::int64_t kStep = 1000;
    constexpr std::array<std::string_view, 4> kUnits = {"KB", "MB", "GB", "TB"};
    bytes = std::max<std::int64_t>(bytes, 0);
    if (bytes < kStep) return fmt::format("{} B", bytes);
    std::int64_t unit = kStep;
    std::size_t name = 0;
    while (name + 1 < kUnits.size() && bytes / unit >= kStep) {
        unit *= kStep;
        ++name;
    }
    if (bytes / unit >= 10 || bytes % unit == 0) {
        return fmt::format("{} {}", bytes / unit, kUnits[name]);
    }
    const double value = static_cast<double>(bytes) / static_cast<double>(unit);
    return fmt::format("{:.1f} {}", value, kUnits[name]);
}

std::string human_bytes_binary(std::uint64_t bytes) {
    constexpr std::uint64_t kStep = 1024;
    constexpr std::array<std::string_view, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < kStep) return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes) / kStep;
    std::size_t name = 0;
    while (name + 1 < kUnits.size() && value >= kStep) {
        value /= kStep;
        ++name;
    }
    return fmt::format("{:.1f} {}", value, kUnits[name]);
}

std::string human_count(std::uint64_t count) {
    constexpr std::uint64_t kThousand = 1000;
    constexpr std::uint64_t kMillion = 1'000'000;
    constexpr std::uint64_t kBillion = 1'000'000'000;
    const auto in = [&](std::uint64_t unit) {
        return static_cast<double>(count) / static_cast<double>(unit);
    };
    if (count >= kBillion) {
        return count % kBillion == 0 ? fmt::format("{}B", count / kBillion)
                                     : fmt::format("{:.1f}B", in(kBillion));
    }
    if (count >= kMillion) {
        return count % kMillion == 0 ? fmt::format("{}M", count / kMillion)
                                     : fmt::format("{:.2f}M", in(kMillion));
    }
    if (count >= kThousand) return fmt::format("{:.0f}K", in(kThousand));
    return fmt::format("{}", count);
}

}  // namespace corral
