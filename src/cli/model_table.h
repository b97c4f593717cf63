#pragma once

// Purpose: the tables of `list` and `ps`. Source: cli.md 7.4, 7.5.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/time.h"

namespace corral::cli {

// `tags` is the answer of /api/tags, `running` that of /api/ps. Only names that start with `prefix`
// (letter case does not count) are shown.
std::string list_table(const nlohmann::ordered_json& tags, std::string_view prefix, TimePoint now);
std::string ps_table(const nlohmann::ordered_json& running, std::string_view prefix, TimePoint now);

// "100% GPU", "27%/73% CPU/GPU", "Unknown".
std::string processor_text(std::int64_t size_bytes, std::int64_t gpu_bytes);

}  // namespace corral::cli
