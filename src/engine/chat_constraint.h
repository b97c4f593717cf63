#pragma once

// Purpose: a conversation rendered for a request, and what the answer to it must look like: its
// format, the notation of tool calls, both.
//
// A format holds for what the answer says after thinking, in one pass, streamed or not. With tools
// the answer is a tool call or of that format (upstream ignores one of the two). Where the answer
// stands in a notation of its own (gpt-oss' channels), llama.cpp's grammar for that notation is
// taken, and a format goes before tools.
//
// With a tool use that requires a call, or allows only some of the tools, a format is left aside.
// Error: a call is required of a template that has none, 400.

#include <optional>

#include "base/result.h"
#include "engine/chat_template.h"
#include "engine/constraint.h"

namespace corral::engine {

struct RenderedChat {
    common_chat_params params;
    std::optional<Constraint> constraint;
};

[[nodiscard]] Result<RenderedChat> render_chat(const ChatTemplate& chat_template,
                                               const ChatTemplate::Request& request);

}  // namespace corral::engine
