#pragma once

// Purpose: compressed bytes from outside (zstd, RFC 8878). The only door to libzstd.
//
// Memory: the result is bounded by the caller, a frame's window by 8 MiB. Of several frames, one
// behind the other, the contents are joined.
// Errors: invalid, http_status 400: bytes that are none of it, that end too early, or that come to
// more than the bound. Source: openai-anthropic-api.md 1.3.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corral {

[[nodiscard]] Result<std::string> decompress_zstd(std::string_view compressed,
                                                  std::size_t max_bytes);

}  // namespace corral
