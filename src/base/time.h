#pragma once

// Purpose: points in time as the API and the command line write them.
//
// A TimePoint counts nanoseconds and reaches from 1678 to 2262. What lies before is kZeroTime, Go's
// zero time
// ("0001-01-01T00:00:00Z"); what lies after is TimePoint::max().

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corral {

using TimePoint = std::chrono::sys_time<std::chrono::nanoseconds>;
inline constexpr TimePoint kZeroTime = TimePoint::min();

TimePoint now();
TimePoint from_file_time(std::filesystem::file_time_type time);

// RFC 3339 with up to nine digits of the second's fraction, trailing zeros removed:
// "2024-05-01T12:00:00.5Z".
std::string format_rfc3339_utc(TimePoint time);
// The same with the local zone's offset: "2024-05-01T14:00:00.5+02:00" ("Z" where the offset is
// zero).
std::string format_rfc3339_local(TimePoint time);
[[nodiscard]] Result<TimePoint> parse_rfc3339(std::string_view text);

// "3 days ago", "4 minutes from now", "Forever", "Never" (for kZeroTime). Source: cli.md 5.3.
std::string relative_time(TimePoint time, TimePoint now);
// The distance alone: "About an hour". Negative distances count as positive.
std::string human_duration(std::chrono::nanoseconds distance);

}  // namespace corral
