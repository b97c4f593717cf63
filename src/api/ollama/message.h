#pragma once

// Purpose: chat messages and tool calls of the native API, both ways.
//
// A message has a decoder of its own upstream: a mismatch inside it stops the reading and is
// attributed to the request. Source: native-api.md 5.6 and 5.8.

#include <string>
#include <string_view>
#include <vector>

#include "api/json/reader.h"
#include "base/result.h"
#include "wire/request.h"

namespace corral::api::ollama {

json::Reader::Read read_messages(json::Reader& reader, std::vector<wire::Message>& target);

// The messages stored with a model: the same form, as a JSON array. Errors: corrupt.
[[nodiscard]] Result<std::vector<wire::Message>> parse_stored_messages(std::string_view json);

// `[{"role":…,"content":…}]`, images as base64.
void append_messages(std::string& out, const std::vector<wire::Message>& messages);

// `[{"id":…,"function":{"index":…,"name":…,"arguments":{…}}}]`.
void append_tool_calls(std::string& out, const std::vector<wire::ToolCall>& calls);

// The arguments a model wrote, checked and rewritten in the encoder's form. Error: status 500 when
// they are not a JSON object.
[[nodiscard]] Result<wire::ToolCall> checked_tool_call(wire::ToolCall call);

}  // namespace corral::api::ollama
