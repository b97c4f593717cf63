#pragma once

// Purpose: one line that shows how far a transfer is, how fast and how long it will take.
//
//   pulling 1f2e3d4c5b6a:  42% ▕███████           ▏ 2.0 GB/4.7 GB   41 MB/s    1m6s
//
// Units: bytes. Source: cli.md 6.4.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace corral::cli {

using ProgressClock = std::chrono::steady_clock;

class Bar {
public:
    Bar(std::string message, std::int64_t total, std::int64_t current,
        ProgressClock::time_point now);

    // A transfer that turns out larger than announced has a larger total.
    void update(std::int64_t current, ProgressClock::time_point now);
    bool finished() const { return current_ >= total_; }

    // The whole line for a terminal of that many columns.
    std::string text(int columns) const;
    // "pulling 1f2e3d4c5b6a: 100% 4.7 GB", for output that is not a terminal.
    std::string plain_text() const;

private:
    struct Sample {
        ProgressClock::time_point time;
        std::int64_t value = 0;
    };

    double percent() const;
    std::optional<std::int64_t> bytes_per_second() const;
    std::string suffix() const;

    std::string message_;
    std::int64_t total_;
    std::int64_t current_;
    Sample start_;
    std::deque<Sample> samples_;
};

// What remains of a transfer: "42s", "1m6s", "3h7m", "99h+".
std::string remaining_text(std::chrono::seconds remaining);

}  // namespace corral::cli
