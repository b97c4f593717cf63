#pragma once

// Purpose: keeps what llama.cpp finds out about the answers to requests of one form.
//
// llama.cpp learns from a chat template how answers look by rendering it some dozen times, which
// takes milliseconds. The outcome depends on the form of the request (tools, format, thinking, how
// the prompt ends), not on what its messages say.
//
// Threads: one at a time.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat.h"
#include "wire/request.h"

namespace corral::engine {

class AnswerForms {
public:
    struct Form {
        std::string tools_json;
        std::string schema_json;
        wire::Format::Kind format = wire::Format::Kind::none;
        wire::Thinking thinking = wire::Thinking::unset;
        wire::ToolChoice tool_choice = wire::ToolChoice::automatic;
        bool one_call = false;
        std::string generation_prompt;  // what the template writes before the answer

        bool operator==(const Form&) const = default;
    };

    // What is kept for requests of this form, with the prompt of another one; null when nothing is.
    const common_chat_params* find(const Form& form) {
        const auto found = std::ranges::find(kept_, form, &Kept::first);
        if (found == kept_.end()) return nullptr;
        std::rotate(kept_.begin(), found, found + 1);  // the latest comes first
        return &kept_.front().second;
    }

    void keep(Form form, common_chat_params params) {
        if (kept_.size() == kMost) kept_.pop_back();
        kept_.emplace(kept_.begin(), std::move(form), std::move(params));
    }

    std::size_t size() const { return kept_.size(); }

private:
    using Kept = std::pair<Form, common_chat_params>;
    static constexpr std::size_t kMost = 8;  // applications that share a model, each with its tools

    std::vector<Kept> kept_;
};

}  // namespace corral::engine
