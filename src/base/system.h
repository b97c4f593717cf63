#pragma once

// Purpose: what this machine, or the container we run in, has to offer.
//
// `root` is where /proc and /sys are looked for; tests put a made-up tree there.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace corral {

// The smaller of the machine's memory and the cgroup's limit, in bytes; zeros when /proc cannot
// tell.
struct MemoryInfo {
    std::uint64_t total_bytes = 0;
    std::uint64_t available_bytes =
        0;  // without swapping; page cache that can be dropped counts as available
    std::uint64_t free_swap_bytes = 0;
};
MemoryInfo memory_info(const std::filesystem::path& root = "/");

// Physical cores this process may use: distinct cores of its affinity mask, not more than the
// cgroup's CPU quota rounded up. At least 1.
int usable_physical_cores(const std::filesystem::path& root = "/");

// Lets the calling thread, and threads it starts from now on, give way to all others of this
// process: beside a busy one it gets about a third of what that one gets.
void yield_to_other_threads();

std::string host_name();

struct TerminalSize {
    int columns = 80;
    int rows = 24;
};
// The size of the terminal behind `fd`; nothing when it is not a terminal.
std::optional<TerminalSize> terminal_size(int fd);
bool is_terminal(int fd);

}  // namespace corral
