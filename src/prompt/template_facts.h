#pragma once

// Purpose: what a model's Go template gives away without running it.
//
// Source: modelfile-create-templates.md 10, 11.4, 12.3, 15.1, 16.1.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "prompt/go/syntax.h"

namespace corral::prompt {

struct ThinkingTags {
    std::string opening;
    std::string closing;
};

struct TemplateFacts {
    std::set<std::string, std::less<>> variables;  // lower case; "$" and "$x" among them
    // Around the thinking of a message; set when both can be told.
    std::optional<ThinkingTags> thinking;
    // What a tool call begins with, "{" when nothing else shows.
    std::string tool_mark = "{";
    // Writes tool calls and their results back into the prompt.
    bool has_tool_round_trip = false;
    // Where the answer begins: the first `.Response` that is printed.
    std::optional<std::size_t> response_at;

    bool uses(std::string_view variable) const { return variables.contains(variable); }
    // Takes the whole conversation, rather than one turn after the other.
    bool takes_messages() const { return uses("messages"); }
};

// Errors: invalid, `undefined template specified` for a {{ template }} without argument.
[[nodiscard]] Result<TemplateFacts> facts_of(const go::Blocks& blocks, std::string_view source);

}  // namespace corral::prompt
