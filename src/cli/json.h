#pragma once

// Purpose: JSON of the native API as a client reads it: fields that may be absent or of an
// unexpected kind give a default instead of an error, because servers differ in what they send.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

using Json = nlohmann::ordered_json;

// The member `key`, or null when `object` has none (or is no object).
const Json& member(const Json& object, std::string_view key);

std::string text_of(const Json& object, std::string_view key);
std::int64_t integer_of(const Json& object, std::string_view key);
bool flag_of(const Json& object, std::string_view key);
std::vector<std::string> texts_of(const Json& object, std::string_view key);

// `key: value` is left out when the text is empty.
void put_text(Json& object, std::string_view key, const std::string& value);

// Compact; invalid UTF-8 becomes U+FFFD.
std::string compact(const Json& json);

}  // namespace corral::cli
