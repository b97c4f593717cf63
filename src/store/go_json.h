#pragma once

// Purpose: JSON as Go reads and writes it, for the files shared with upstream.
//
// Writing: compact; strings per base/json_string.h, numbers per go_number.h. Keys come in the order
// the value keeps: sorted for nlohmann::json, as inserted for ordered_json. Reading: the first
// value of the text, what follows it is ignored; duplicate keys: the last wins. Source:
// native-api.md 3, storage-registry.md 4.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::store {

std::string to_go_json(const nlohmann::json& value);
std::string to_go_json(const nlohmann::ordered_json& value);

// Errors: corrupt, with the parser's reason.
[[nodiscard]] Result<nlohmann::json> parse_go_json(std::string_view text);

// The member of an object by exact name, else ignoring letter case; null when absent.
const nlohmann::json* json_field(const nlohmann::json& object, std::string_view key);

// Members read into plain values; absent and null leave the zero value. Errors: corrupt, naming the
// key.
[[nodiscard]] Result<std::string> json_text(const nlohmann::json& object, std::string_view key);
[[nodiscard]] Result<std::int64_t> json_integer(const nlohmann::json& object, std::string_view key);
[[nodiscard]] Result<std::vector<std::string>> json_texts(const nlohmann::json& object,
                                                          std::string_view key);

}  // namespace corral::store
