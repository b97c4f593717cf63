#pragma once

// Purpose: the framing of server-sent events, which every dialect but the native one streams.
//
// Frames end with an empty line; data is one line, which compact JSON always is.
// Source: openai-anthropic-api.md 4.6, 10, 15.1.

#include <string>
#include <string_view>

namespace corral::api::sse {

inline constexpr std::string_view kType = "text/event-stream";

// `data: …`.
void append_data(std::string& out, std::string_view data);
// `event: …` and `data: …`.
void append_event(std::string& out, std::string_view event, std::string_view data);
// A comment, which clients skip: it keeps a connection from looking dead.
void append_comment(std::string& out, std::string_view text);

}  // namespace corral::api::sse
