#include "api/openai/usage.h"

#include <algorithm>

#include "api/json/writer.h"

namespace corral::api::openai {

void Usage::add(const wire::Timings& timings) {
    n_prompt = std::max(n_prompt, timings.n_prompt);
    n_cached = std::max(n_cached, timings.n_prompt_cached);
    n_generated += timings.n_generated;
    n_thinking += timings.n_thinking;
}

void Usage::add_prompt(const wire::Timings& timings) {
    n_prompt += timings.n_prompt;
    n_cached += timings.n_prompt_cached;
    n_generated += timings.n_generated;
    n_thinking += timings.n_thinking;
}

void append_usage(std::string& out, const Usage& usage) {
    json::ObjectWriter writer(out);
    writer.integer("prompt_tokens", usage.n_prompt)
        .integer("completion_tokens", usage.n_generated)
        .integer("total_tokens", usage.n_prompt + usage.n_generated);
    json::ObjectWriter(writer.key("prompt_tokens_details"))
        .integer("cached_tokens", usage.n_cached)
        .end();
    json::ObjectWriter(writer.key("completion_tokens_details"))
        .integer("reasoning_tokens", usage.n_thinking)
        .end();
    writer.end();
}

std::string_view finish_reason(wire::DoneReason reason, bool has_tool_calls) {
    if (wire::was_cut(reason)) return "length";
    return has_tool_calls ? "tool_calls" : "stop";
}

}  // namespace corral::api::openai
