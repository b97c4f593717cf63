#pragma once

// Purpose: reads an answer in a model's own notation (thinking tags, tool-call syntax) as it grows,
// with the parser that llama.cpp derived from the chat template.
//
// Tool calls are complete ones and come with `finish` only, as upstream's do
// (scheduler-runtime.md 10.5).

#include <string>
#include <string_view>

#include "chat.h"
#include "wire/event.h"

namespace corral::engine {

class ChatOutput {
public:
    explicit ChatOutput(const common_chat_params& rendered);

    // What became certain with this text. Whole characters.
    wire::Delta push(std::string_view text);
    // The rest, and the tool calls.
    wire::Delta finish();

private:
    wire::Delta difference(const common_chat_msg& message);
    bool parse(bool is_partial, common_chat_msg& message) const;

    common_chat_parser_params parser_;
    std::string text_;
    std::string shown_content_;
    std::string shown_thinking_;
    std::size_t unparsed_bytes_ = 0;
};

}  // namespace corral::engine
