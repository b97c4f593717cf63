#pragma once

// Purpose: whether this process gets the CPU when it wants it, and whether there is more to be had.
//
// Two counters that only grow; the differences of two readings tell about the time between them.
// Where: Linux's /proc; `root` is where it is looked for. Unset when the kernel does not tell.

#include <chrono>
#include <filesystem>
#include <optional>

namespace corral {

struct CpuPressure {
    // Of all threads of this process together: ready to run, but another had the CPU. Threads that
    // have ended are not counted any more.
    std::chrono::nanoseconds waited{};
    // Of all CPUs this process may use together: nothing to do. Ten milliseconds fine.
    std::chrono::nanoseconds idle{};
};

std::optional<CpuPressure> cpu_pressure(const std::filesystem::path& root = "/");

}  // namespace corral
