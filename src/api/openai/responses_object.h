#pragma once

// Purpose: the response object of /v1/responses and its output items, as JSON in the order of keys
// that whole answers have. Events sort the keys (responses_stream.h).
//
// Source: openai-anthropic-api.md 8.4, 15.3.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/openai/responses_request.h"
#include "api/openai/usage.h"

namespace corral::api::openai {

// What every object of one response says.
struct ResponseHead {
    std::string id;            // "resp_…"
    std::string model;         // as sent
    std::int64_t created = 0;  // seconds
    ResponseEcho echo;
    bool tells_incomplete = false;  // a stream that is cut off ends with response.incomplete
};

struct ResponseState {
    std::string_view status = "in_progress";
    std::optional<std::int64_t> completed;  // seconds
    std::string_view incomplete_reason;     // or empty
    std::string error_message;              // of a failed one
    std::optional<Usage> usage;
};

std::string response_object(const ResponseHead& head, const ResponseState& state,
                            const std::vector<std::string>& output);

// A piece of text, as parts of messages have it. `logprobs_json` is a list.
std::string text_part(std::string_view text, std::string_view logprobs_json);

std::string reasoning_item(std::string_view id, std::string_view text);
// With `content_json`, the inside of its list of parts.
std::string output_message(std::string_view id, std::string_view status,
                           std::string_view content_json);
// A call of a function, or of a custom tool, which is given text instead of arguments.
enum class CallKind { function, custom };
std::string call_item(CallKind kind, std::string_view id, std::string_view status,
                      const wire::ToolCall& call, std::string_view input);

// `{"object":"response.input_tokens","input_tokens":…}`.
std::string input_tokens_body(std::int64_t n_tokens);

// `{"id":…,"object":"response","deleted":true}`.
std::string deleted_response(std::string_view id);

// The `id` of an item, or nothing.
std::string item_id(std::string_view item_json);

// What part of a list of items is wanted.
struct ListQuery {
    std::size_t limit = 20;
    bool ascending = false;
    std::string after;  // the id of the item before the first one, or empty
};
// Of a URL: `?limit=…&order=asc&after=…`. Errors: 400.
[[nodiscard]] Result<ListQuery> decode_list_query(std::string_view target);
// That part, as a list.
std::string item_list(std::vector<std::string> items, const ListQuery& query);

}  // namespace corral::api::openai
