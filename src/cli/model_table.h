#pragma once

// Purpose: the tables of `list` and `ps`. Source: cli.md 7.4, 7.5.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace corral::cli {

// `tags` is the answer of /api/tags as it came, `running` that of /api/ps. Only names that start
// with `prefix` (letter case does not count) are shown. corrupt when the answer is not JSON.
[[nodiscard]] Result<std::string> list_table(std::string_view tags, std::string_view prefix,
                                             TimePoint now);
[[nodiscard]] Result<std::string> ps_table(std::string_view running, std::string_view prefix,
                                           TimePoint now);

// "100% GPU", "27%/73% CPU/GPU", "Unknown".
std::string processor_text(std::int64_t size_bytes, std::int64_t gpu_bytes);

}  // namespace corral::cli
