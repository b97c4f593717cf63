#pragma once

// Purpose: the two whole-body answers every handler gives: a JSON text, or upstream's error object.
//
// A client that is gone is no error here: the next write of the handler would tell it.
// Source: native-api.md 1.4 and 1.5 (`application/json; charset=utf-8`, no trailing newline,
// `{"error":"…"}`).

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/server.h"

namespace corral::serve {

inline constexpr std::string_view kJsonType = "application/json; charset=utf-8";
inline constexpr std::string_view kPlainJsonType = "application/json";
inline constexpr std::string_view kNdjsonType = "application/x-ndjson";

http::Task<void> reply_json(http::Response& response, int status, std::string json);
// A 200 in the type that the other dialects have, without a charset.
http::Task<void> reply_plain(http::Response& response, std::string json);
http::Task<void> reply_error(http::Response& response, int status, std::string message);
// With the status the native API has for it.
http::Task<void> reply_error(http::Response& response, Error error);

}  // namespace corral::serve
