#pragma once

// Purpose: how a model's Go template writes a tool call, found out by having it write one.
//
// A call is the text before the name, the name, the text before the arguments, the arguments as
// JSON, and the brackets that are open then. What a model puts behind that is its own business.
// Source: openai-anthropic-api.md 15.5, modelfile-create-templates.md 16.

#include <optional>
#include <string>

#include "prompt/model_template.h"

namespace corral::prompt {

struct ToolNotation {
    std::string before_name;  // begins with the mark of calls (TemplateFacts::tool_mark)
    std::string before_arguments;
    std::string closing;

    bool operator==(const ToolNotation&) const = default;
};

// Nothing when a call has no name and arguments, in this order, behind the mark.
std::optional<ToolNotation> tool_notation(const ModelTemplate& parsed);

}  // namespace corral::prompt
