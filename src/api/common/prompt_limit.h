#pragma once

// Purpose: tells from an error that a prompt was too long for its model, whichever part of the
// engine refused it, so that each dialect can say so in its clients' words.
//
// Source: openai-anthropic-api.md 3.3, 15.3 to 15.5.

#include <cstdint>
#include <optional>
#include <string_view>

namespace corral::api {

// Whether the text of an error says so.
bool is_prompt_too_long(std::string_view message);

struct PromptExcess {
    std::int64_t n_prompt = 0;
    std::int64_t n_ctx = 0;  // the prompt and at least one token of the answer have to fit
};
// The numbers, where the engine gave them.
std::optional<PromptExcess> prompt_excess(std::string_view message);

}  // namespace corral::api
