#pragma once

// Purpose: tool definitions, reduced to what templates and the engine are meant to see.
//
// Upstream decodes a tool into typed structs and prints these again, which drops every JSON-Schema
// keyword it has no field for; templates depend on the resulting text. The target is a JSON array
// with upstream's key order, or empty when there are no tools. Source: native-api.md 5.7.

#include <string>

#include "api/json/reader.h"

namespace corral::api::ollama {

json::Reader::Read read_tools(json::Reader& reader, std::string& tools_json);

}  // namespace corral::api::ollama
