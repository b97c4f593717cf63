#pragma once

// Purpose: the two whole-body answers every handler gives: a JSON text, or upstream's error object.
//
// Source: native-api.md 1.4 and 1.5 (`application/json; charset=utf-8`, no trailing newline,
// `{"error":"…"}`).

#include <string>
#include <string_view>

#include "http/server.h"

namespace corral::serve {

inline constexpr std::string_view kJsonType = "application/json; charset=utf-8";
inline constexpr std::string_view kPlainJsonType = "application/json";
inline constexpr std::string_view kNdjsonType = "application/x-ndjson";

http::Task<void> reply_json(http::Response& response, int status, std::string json);
// `{"error":"<message>"}`.
http::Task<void> reply_error(http::Response& response, int status, std::string_view message);
// The error object alone, for error lines of a stream.
std::string error_json(std::string_view message);

}  // namespace corral::serve
