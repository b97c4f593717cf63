#pragma once

// Purpose: one line per request on standard error, in the form upstream's users know.
//
//   [GIN] 2026/11/21 - 01:14:29 | 200 |    1.234567ms |       127.0.0.1 | GET      "/api/tags"
//
// Source: scheduler-runtime.md 19. Silent below the info level.

#include <ctime>
#include <string>

#include "http/server.h"

namespace corral::serve {

// The line without its newline; `time` is shown in the local zone.
std::string format_access_line(const http::ExchangeRecord& record, std::time_t time);
void log_access(const http::ExchangeRecord& record);

}  // namespace corral::serve
