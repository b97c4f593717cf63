#pragma once

// Purpose: the grammar of a tool call as a Go template writes it, with the arguments that the tools
// take (engine/argument_schemas.h).
//
// Whatever follows a call is free: its closing tag, further calls, the end.
// Errors: invalid with http_status 400, schemas that cannot be followed.

#include <string>

#include "base/result.h"
#include "prompt/tool_notation.h"

namespace corral::engine {

// `tools_json` has at least one tool with a name.
[[nodiscard]] Result<std::string> go_tool_grammar(const prompt::ToolNotation& notation,
                                                  const std::string& tools_json);

}  // namespace corral::engine
