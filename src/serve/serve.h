#pragma once

// Purpose: `corral serve`: puts the server together and runs it until it is told to stop.
//
// Order: key pair, store and housekeeping, listen, log line "Listening on …", serve. SIGINT or
// SIGTERM stops accepting, lets running answers finish for kShutdownGraceMs, then ends them with an
// error event, stops every runner and returns; a second signal ends all of it at once.
//
// Threads: the calling thread becomes the I/O thread; it must live as long as the program, because
// runners are tied to it (base/process.h, die_with_thread).
// Errors: what keeps the server from starting, such as
// "listen tcp 127.0.0.1:11434: bind: address already in use".
// Source: cli.md 7.1, scheduler-runtime.md 5.5, storage-registry.md 8, native-api.md 1 and 2.

#include <cstdint>

#include "base/result.h"
#include "base/settings.h"

namespace corral::serve {

inline constexpr std::int64_t kShutdownGraceMs = 10'000;

[[nodiscard]] Result<void> serve(const Settings& settings);

}  // namespace corral::serve
