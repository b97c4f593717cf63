#pragma once

// Purpose: the body of POST /v1/chat/completions as a native chat request.
//
// Errors are 400 with the texts of the source. Fields that only inform (`user`, `metadata`, …) are
// ignored; those that ask for what is not there are refused.
// Source: openai-anthropic-api.md 1.3, 4.1 to 4.4, 15.2.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "api/json/value.h"
#include "api/ollama/requests.h"
#include "api/openai/custom_tools.h"
#include "api/openai/sampling_fields.h"
#include "base/result.h"

namespace corral::api::openai {

inline constexpr std::int64_t kMaxChoices = 32;
inline constexpr std::int64_t kMaxTopLogprobs = 20;

struct ChatRequest {
    ollama::ChatRequest native;
    bool include_usage = false;  // stream_options
    std::int64_t n = 1;          // choices
    std::optional<std::int64_t> seed;
    bool has_functions = false;  // its tools came as `functions`, and calls are told so
    ToolNames custom_tools;      // those that take a text

    // The native request of every choice; a seed counts on, so that they differ.
    std::vector<ollama::ChatRequest> choices() const;
};

[[nodiscard]] Result<ChatRequest> decode_chat(std::string_view body,
                                              Precedence precedence = Precedence::protocol);

// What reasoning_effort, and `reasoning.effort`, mean.
[[nodiscard]] Result<wire::Thinking> decode_effort(std::string_view effort);

// `tool_choice`, as JSON or empty, of this API and of the responses': "auto", "none", "required",
// a function (`{"type":"function","function":{"name":…}}` or `{"type":"function","name":…}`), or
// some of the tools (`allowed_tools`). Errors: as apply_tool_use (api/common/tool_use.h), 400.
[[nodiscard]] Result<void> apply_tool_choice(const std::string& raw, ollama::ChatRequest& request);

// Error: 400 for a number that is out of range.
[[nodiscard]] Result<void> check_range(std::string_view field, std::int64_t value,
                                       std::int64_t least, std::int64_t most);

// Error: 400 for a type of response_format, and of text.format, that is none; empty is `text`.
[[nodiscard]] Result<void> check_format_type(std::string_view type);

// A body's JSON, with the text this API has for an empty one.
[[nodiscard]] Result<json::Value> parse_body(std::string_view body);

}  // namespace corral::api::openai
