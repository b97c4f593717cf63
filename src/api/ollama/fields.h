#pragma once

// Purpose: request fields that upstream decodes in a way of their own.
//
// Each function gives the error text of its section of native-api.md; they are 400 unless said
// otherwise.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/reader.h"
#include "base/result.h"
#include "base/settings.h"
#include "wire/request.h"

namespace corral::api::ollama {

// 5.1: numbers are seconds, strings Go durations; negative is kForever; null is unset.
[[nodiscard]] Result<std::optional<Duration>> decode_keep_alive(const json::Value& value);

// 5.2.
[[nodiscard]] Result<wire::Thinking> decode_think(const json::Value& value);

// 5.4: `raw` is the field's JSON text, or empty when absent. Errors have status 500.
[[nodiscard]] Result<wire::Format> decode_format(std::string_view raw);

// Field readers: a rejection stops the reading, as upstream's decoders do.
json::Reader::Read read_keep_alive(json::Reader& reader, std::optional<Duration>& target);
json::Reader::Read read_think(json::Reader& reader, wire::Thinking& target);
// 5.3: base64 texts; the bytes are kept.
json::Reader::Read read_images(json::Reader& reader, std::vector<std::string>& target);
// The JSON text of anything, verbatim; null is kept as "null".
json::Reader::Read read_raw(std::string& target);
// The JSON text of an object of anything (5.5); null is empty.
json::Reader::Read read_free_object(json::Reader& reader, std::string& target);

// Numbers that are to be tokens. Error: 400, with what `holder` holds instead.
[[nodiscard]] Result<std::vector<std::int32_t>> narrow_tokens(
    const std::vector<std::int64_t>& numbers, std::string_view holder);

}  // namespace corral::api::ollama
