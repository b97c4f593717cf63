#pragma once

// Purpose: keeps what llama.cpp finds out about the answers to requests of one form.
//
// llama.cpp learns from a chat template how answers look by rendering it some dozen times, which
// takes milliseconds. The outcome depends on the form of the request (tools, format, thinking) and
// on how its prompt ends, not on what its messages say.
//
// How a prompt ends, what the template writes before the answer, costs llama.cpp two renderings. It
// is known of earlier prompts: it is the longest end of theirs that this one has too.
//
// Threads: one at a time.

#include <algorithm>
#include <string>
#include <string_view>
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

        bool operator==(const Form&) const = default;
    };

    // What is kept for requests of this form and such a prompt, with the prompt of another one;
    // null when nothing is. An end of nothing is never taken for that of a prompt.
    const common_chat_params* find(const Form& form, std::string_view prompt) {
        auto longest = kept_.end();
        for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
            if (kept->form != form || kept->end.empty() || !prompt.ends_with(kept->end)) continue;
            if (longest == kept_.end() || kept->end.size() > longest->end.size()) longest = kept;
        }
        return take(longest);
    }
    // The same, where it is known how the prompt ends.
    const common_chat_params* find_by_end(const Form& form, std::string_view end) {
        return take(std::ranges::find_if(
            kept_, [&](const Kept& kept) { return kept.form == form && kept.end == end; }));
    }

    void keep(Form form, std::string end, common_chat_params params) {
        if (kept_.size() == kMost) kept_.pop_back();
        kept_.insert(kept_.begin(), {std::move(form), std::move(end), std::move(params)});
    }

    std::size_t size() const { return kept_.size(); }

private:
    struct Kept {
        Form form;
        std::string end;
        common_chat_params params;
    };
    static constexpr std::size_t kMost = 8;  // applications that share a model, each with its tools

    const common_chat_params* take(std::vector<Kept>::iterator found) {
        if (found == kept_.end()) return nullptr;
        std::rotate(kept_.begin(), found, found + 1);  // the latest comes first
        return &kept_.front().params;
    }

    std::vector<Kept> kept_;
};

}  // namespace corral::engine
