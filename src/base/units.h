#pragma once

// Purpose: sizes and counts as people read them. Source: cli.md 5.1 and 5.2.

#include <cstdint>
#include <string>

namespace corral {

// Decimal: "999 B", "1.5 KB", "4.7 GB", "131 GB". Ten and more are cut to an integer. Negative
// counts as 0.
std::string human_bytes(std::int64_t bytes);
// Binary with one decimal, for logs: "1.5 GiB"; below 1 KiB "512 B".
std::string human_bytes_binary(std::uint64_t bytes);
// Counts: "7B", "2.8B", "133.70M", "262K", "999".
std::string human_count(std::uint64_t count);

}  // namespace corral
