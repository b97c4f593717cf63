#include "base/system.h"

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace corral {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSmallFileBytes = 1 << 20;

// Files of /proc and /sys that are missing are as good as empty ones.
std::string read_small(const fs::path& path) {
    return read_file(path, kSmallFileBytes).value_or(std::string());
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    text = trim(text);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end != text.end()) return std::nullopt;
    return value;
}

// "Name:   123 kB" lines of /proc/meminfo, in bytes.
std::uint64_t meminfo_bytes(std::string_view meminfo, std::string_view name) {
    constexpr std::uint64_t kKilobyte = 1024;
    for (std::string_view line : split(meminfo, '\n')) {
        const auto words = split_words(line);
        if (words.size() >= 2 && words[0] == name) {
            return parse_number(words[1]).value_or(0) * kKilobyte;
        }
    }
    return 0;
}

// The directories whose limits hold for this process in a unified (v2) hierarchy: its own cgroup
// and those above.
std::vector<fs::path> cgroup_directories(const fs::path& root) {
    const fs::path top = root / "sys/fs/cgroup";
    const std::string listing = read_small(root / "proc/self/cgroup");
    fs::path own;
    for (std::string_view line : split(listing, '\n')) {
        if (line.starts_with("0::/")) own = line.substr(4);
    }
    std::vector<fs::path> directories = {top};
    for (fs::path at = top; const fs::path& part : own.lexically_normal()) {
        if (part.empty() || part == "..") break;
        at /= part;
        directories.push_back(at);
    }
    return directories;
}

// Bytes of page cache the kernel gives back when the cgroup needs memory.
std::uint64_t reclaimable_bytes(const fs::path& cgroup) {
    const std::string stat = read_small(cgroup / "memory.stat");
    for (std::string_view line : split(stat, '\n')) {
        const auto words = split_words(line);
        if (words.size() == 2 && words[0] == "inactive_file") {
            return parse_number(words[1]).value_or(0);
        }
    }
    return 0;
}

void apply_memory_limit(const fs::path& cgroup, MemoryInfo& info) {
    const auto limit = parse_number(read_small(cgroup / "memory.max"));
    if (!limit) return;
    const auto current = parse_number(read_small(cgroup / "memory.current")).value_or(0);
    const auto used = current - std::min(current, reclaimable_bytes(cgroup));
    info.total_bytes = std::min(info.total_bytes, *limit);
    info.available_bytes = std::min(info.available_bytes, *limit - std::min(*limit, used));
}

// CPUs the quota of a cgroup is worth, rounded up; without a quota, as many as there can be.
int quota_cpus(const fs::path& cgroup) {
    constexpr int kNoLimit = std::numeric_limits<int>::max();
    const std::string text = read_small(cgroup / "cpu.max");
    const auto words = split_words(text);
    if (words.size() != 2) return kNoLimit;
    const auto quota = parse_number(words[0]);
    const auto period = parse_number(words[1]);
    if (!quota || !period || *period == 0) return kNoLimit;
    return static_cast<int>(
        std::clamp<std::uint64_t>((*quota + *period - 1) / *period, 1, kNoLimit));
}

std::vector<int> allowed_cpus() {
    std::vector<int> cpus;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    }
    return cpus;
}

}  // namespace

MemoryInfo memory_info(const fs::path& root) {
    const std::string meminfo = read_small(root / "proc/meminfo");
    MemoryInfo info;
    info.total_bytes = meminfo_bytes(meminfo, "MemTotal:");
    info.available_bytes = meminfo_bytes(meminfo, "MemAvailable:");
    info.free_swap_bytes = meminfo_bytes(meminfo, "SwapFree:");
    for (const fs::path& cgroup : cgroup_directories(root)) apply_memory_limit(cgroup, info);
    return info;
}

int usable_physical_cores(const fs::path& root) {
    // A core is a package and a core number; where the kernel does not tell, every CPU is one.
    std::set<std::pair<std::string, std::string>> cores;
    for (int cpu : allowed_cpus()) {
        const std::string name = "cpu" + std::to_string(cpu);
        const fs::path topology = root / "sys/devices/system/cpu" / name / "topology";
        const std::string core = read_small(topology / "core_id");
        cores.emplace(read_small(topology / "physical_package_id"), core.empty() ? name : core);
    }
    int n_cores = std::max<int>(1, static_cast<int>(cores.size()));
    for (const fs::path& cgroup : cgroup_directories(root)) {
        n_cores = std::min(n_cores, quota_cpus(cgroup));
    }
    return n_cores;
}

// Linux counts threads as processes here. Five steps of niceness weigh a third.
void yield_to_other_threads() {
    constexpr int kNiceness = 5;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

std::optional<TerminalSize> terminal_size(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return std::nullopt;
    TerminalSize result;
    if (size.ws_col > 0) result.columns = size.ws_col;
    if (size.ws_row > 0) result.rows = size.ws_row;
    return result;
}

bool is_terminal(int fd) {
    return ::isatty(fd) == 1;
}

}  // namespace corral
