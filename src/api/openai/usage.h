#pragma once

// Purpose: counts of tokens, and why an answer ended, as OpenAI's API tells them.
//
// Source: openai-anthropic-api.md 4.5, 4.6, 15.2.

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/event.h"

namespace corral::api::openai {

struct Usage {
    std::int64_t n_prompt = 0;
    std::int64_t n_cached = 0;
    std::int64_t n_generated = 0;
    std::int64_t n_thinking = 0;  // of which thoughts

    // Of the choices of one request: they share the prompt.
    void add(const wire::Timings& timings);
    // Of a choice with a prompt of its own.
    void add_prompt(const wire::Timings& timings);
};

// `{"prompt_tokens":…,"completion_tokens":…,"total_tokens":…,"prompt_tokens_details":{…},…}`.
void append_usage(std::string& out, const Usage& usage);

std::string_view finish_reason(wire::DoneReason reason, bool has_tool_calls);

}  // namespace corral::api::openai
