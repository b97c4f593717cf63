#include "base/cpu_pressure.h"

#include <sched.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <system_error>

#include "base/files.h"
#include "base/text.h"

namespace corral {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;

std::optional<std::int64_t> parse_count(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end != text.end()) return std::nullopt;
    return value;
}

// The second number of every thread's schedstat: nanoseconds spent waiting on a run queue.
std::optional<std::chrono::nanoseconds> waited(const fs::path& root) {
    std::int64_t sum = 0;
    bool found = false;
    std::error_code error;
    for (const auto& task : fs::directory_iterator(root / "proc/self/task", error)) {
        const auto text = read_file(task.path() / "schedstat", kMostBytes);
        if (!text) continue;  // the thread has just ended
        const auto words = split_words(*text);
        const auto value = words.size() < 2 ? std::nullopt : parse_count(words[1]);
        if (!value) return std::nullopt;
        sum += *value;
        found = true;
    }
    if (!found) return std::nullopt;
    return std::chrono::nanoseconds(sum);
}

// "cpu3 user nice system idle …" lines of /proc/stat, in ticks.
std::optional<std::chrono::nanoseconds> idle(const fs::path& root) {
    const auto text = read_file(root / "proc/stat", kMostBytes);
    const long ticks_per_second = ::sysconf(_SC_CLK_TCK);
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (!text || ticks_per_second <= 0 || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return std::nullopt;
    std::int64_t ticks = 0;
    bool found = false;
    for (std::string_view line : split(*text, '\n')) {
        if (!line.starts_with("cpu")) continue;
        const auto words = split_words(line);
        const auto cpu = parse_count(words[0].substr(3));
        if (!cpu || *cpu >= CPU_SETSIZE || !CPU_ISSET(static_cast<std::size_t>(*cpu), &allowed))
            continue;
        const auto value = words.size() < 5 ? std::nullopt : parse_count(words[4]);
        if (!value) return std::nullopt;
        ticks += *value;
        found = true;
    }
    if (!found) return std::nullopt;
    return std::chrono::nanoseconds(ticks * (1'000'000'000 / ticks_per_second));
}

}  // namespace

std::optional<CpuPressure> cpu_pressure(const fs::path& root) {
    const auto time_waited = waited(root);
    const auto time_idle = time_waited ? idle(root) : std::nullopt;
    if (!time_idle) return std::nullopt;
    return CpuPressure{*time_waited, *time_idle};
}

}  // namespace corral
