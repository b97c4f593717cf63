#pragma once

// Purpose: durations in Go's notation, which environment variables, flags and JSON of the API use.
//
// Source: native-api.md 5.1, cli.md 5.4. Duration and kForever are those of base/settings.h.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/settings.h"

namespace corral {

// "300ms", "-1.5h", "2h45m", "0". Errors (ErrorCode::invalid): `time: invalid duration "abc"`,
// `time: missing unit in duration "10"`, `time: unknown unit " m" in duration "5 m"`.
[[nodiscard]] Result<Duration> parse_go_duration(std::string_view text);

// "1h30m0s", "2m3.5s", "456.789ms", "12.3µs", "87ns", "0s".
std::string format_go_duration(Duration duration);

// Seconds as the API has them (0.5 = 500 ms); negative is kForever, too large as well.
Duration duration_from_seconds(double seconds);

}  // namespace corral
