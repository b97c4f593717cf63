#pragma once

// Purpose: fields of JSON that another server wrote, read leniently: what is absent or of another
// type is as good as empty. Internal to api/remote.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/json/value.h"

namespace corral::api::remote {

// The member, or null when `value` is no object or has none.
const json::Value* member(const json::Value& value, std::string_view key);
std::string text_of(const json::Value& value, std::string_view key);
std::int64_t integer_of(const json::Value& value, std::string_view key);
double number_of(const json::Value& value, std::string_view key);
bool is_true(const json::Value& value, std::string_view key);
// The elements of a list; none when there is no list.
const std::vector<json::Value>& items_of(const json::Value& value, std::string_view key);

}  // namespace corral::api::remote
