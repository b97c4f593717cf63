#pragma once

// Purpose: `functions` and `function_call` of chat/completions, the forerunners of tools: what they
// ask for, as `tools` and `tool_choice` say it.
//
// One function is called at a time, and the answer has it as `message.function_call`
// (api/openai/chat_answer.h). Source: openai-anthropic-api.md 15.2; OpenAI's reference.

#include <string>

#include "base/result.h"

namespace corral::api::openai {

struct LegacyFunctions {
    std::string functions;  // JSON texts, or empty
    std::string function_call;

    // Whether the request speaks of functions; tools go before them.
    bool are_given() const;
    // A list in the form of `tools`. Error: 400 for what is no list.
    [[nodiscard]] Result<std::string> as_tools() const;
    // In the form of `tool_choice`; empty where nothing is said.
    [[nodiscard]] Result<std::string> as_tool_choice() const;
};

}  // namespace corral::api::openai
