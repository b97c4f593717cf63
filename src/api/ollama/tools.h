#pragma once

// Purpose: tool definitions, reduced to what templates and the engine are meant to see.
//
// Upstream decodes a tool into typed structs and prints these again, which drops every JSON-Schema
// keyword it has no field for; templates depend on the resulting text. The target is a JSON array
// with upstream's key order, or empty when there are no tools. Other dialects keep the parameters
// as they were sent, whether they are `strict`, and the `grammar` of a custom tool
// (api/openai/custom_tools.h); what they refuse is the same.
// Source: native-api.md 5.7, openai-anthropic-api.md 15.2.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/json/reader.h"

namespace corral::api::ollama {

// What upstream says of arguments or properties that are not an object.
inline constexpr std::string_view kNotAnObject =
    "Value looks like object, but can't find closing '}' symbol";

enum class Schemas : std::uint8_t { as_upstream, whole };

json::Reader::Read read_tools(json::Reader& reader, std::string& tools_json,
                              Schemas schemas = Schemas::as_upstream);

}  // namespace corral::api::ollama
