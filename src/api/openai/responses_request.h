#pragma once

// Purpose: the body of POST /v1/responses.
//
// What the answer echoes is kept as JSON text. The conversation is made in two steps, because what
// came before is in the server's memory: decode_response, then `converse`.
// Errors are 400; what cannot be done (`background`, `conversation`, `prompt`) is refused.
// Source: openai-anthropic-api.md 8.1, 8.4, 15.3.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/requests.h"
#include "api/openai/responses_input.h"
#include "api/openai/sampling_fields.h"
#include "base/result.h"

namespace corral::api::openai {

// Members of the request as the response shows them.
struct ResponseEcho {
    std::string previous_response_id = "null";
    std::string instructions = "null";
    std::string tools = "[]";
    std::string tool_choice = "\"auto\"";
    std::string truncation = "\"disabled\"";
    std::string parallel_tool_calls = "true";
    std::string text = R"({"format":{"type":"text"}})";
    std::string top_p = "1";
    std::string top_logprobs = "0";
    std::string temperature = "1";
    std::string reasoning = "null";
    std::string max_output_tokens = "null";
    std::string max_tool_calls = "null";
    std::string store = "true";
    std::string service_tier = "\"default\"";
    std::string metadata = "{}";
    std::string user = "null";
    std::string safety_identifier = "null";
    std::string prompt_cache_key = "null";
};

struct ResponseRequest {
    ollama::ChatRequest native;  // without messages until `converse`
    ResponseEcho echo;
    std::vector<std::string> items;         // of `input`
    std::vector<std::string> instructions;  // items that come before everything
    std::string previous_id;                // or empty
    bool store = true;
    std::set<std::string, std::less<>> custom_tools;

    // Fills in the messages; `past` are the items of the responses that this one follows.
    Result<void> converse(const std::vector<std::string>& past);
};

[[nodiscard]] Result<ResponseRequest> decode_response(std::string_view body, const MakeId& make_id,
                                                      Precedence precedence = Precedence::protocol);

}  // namespace corral::api::openai
