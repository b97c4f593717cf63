#pragma once

// Purpose: the bodies of POST /api/generate and /api/chat as typed values.
//
// Decoding also checks the range of top_logprobs, the one check that comes before the model's name.
// Source: native-api.md 3.2, 5.9, 8.5, 8.6.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "wire/request.h"

namespace corral::api::ollama {

// What both routes have.
struct AnswerRequest {
    std::string model;  // as sent; echoed in every reply
    std::optional<bool> stream;
    std::string format_json;  // the raw value, or empty when absent
    std::optional<Duration> keep_alive;
    std::string options_json;  // an object, or empty
    wire::Thinking think = wire::Thinking::unset;
    std::optional<bool> truncate;
    std::optional<bool> shift;
    bool logprobs = false;
    std::int64_t top_logprobs = 0;
    bool render_only = false;  // _debug_render_only
    // With render_only: images stay in the prompt, whose tokens are counted.
    bool counts_only = false;
    bool may_drop_thinking = false;  // a model that cannot think is asked all the same

    bool streams() const { return stream.value_or(true); }
    bool unloads() const { return keep_alive == Duration::zero(); }
    // Makes it ask for no more than the length of its prompt.
    void only_count() {
        stream = false;
        render_only = true;
        counts_only = true;
        truncate = false;
    }
};

struct GenerateRequest : AnswerRequest {
    std::string prompt;
    std::string suffix;
    std::string system;
    std::string template_text;
    std::optional<std::vector<std::int64_t>> context;
    bool raw = false;
    std::vector<std::string> images;  // bytes
    // Of other dialects: the prompt as the model's own tokens, and whether it is told before the
    // answer (wire::Generate::echo).
    std::vector<std::int64_t> prompt_tokens;
    bool echo = false;

    bool only_loads() const { return prompt.empty() && prompt_tokens.empty(); }
    std::size_t n_images() const { return images.size(); }
};

struct ChatRequest : AnswerRequest {
    std::vector<wire::Message> messages;
    std::string tools_json;  // normalised array, or empty
    // Other dialects set these: api/common/tool_use.h, wire::Generate::stream_calls.
    wire::ToolUse tool_use;
    bool stream_calls = false;

    bool only_loads() const { return messages.empty(); }
    std::size_t n_images() const;
};

[[nodiscard]] Result<GenerateRequest> decode_generate(std::string_view body);
[[nodiscard]] Result<ChatRequest> decode_chat(std::string_view body);

}  // namespace corral::api::ollama
