#pragma once

// Purpose: from generated tokens to Delta events: bytes to characters, stop strings, thinking and
// tool calls, log-probabilities, and the guard against endless repetition.

#include <optional>
#include <set>
#include <string>

#include "engine/chat_output.h"
#include "engine/vocabulary.h"
#include "parse/stop_matcher.h"
#include "parse/utf8_assembler.h"
#include "wire/event.h"

namespace corral::engine {

class Answer {
public:
    struct Setup {
        std::vector<std::string> stops;
        // How to read the answer of a chat; a completion is shown as it is.
        std::optional<common_chat_params> chat;
    };
    Answer(const Vocabulary& vocabulary, const Setup& setup);

    struct Step {
        wire::Delta delta;  // may be empty
        bool stopped =
            false;  // a stop string, or the same text again and again (native-api.md 7.6)
    };
    Step push(llama_token token, std::optional<wire::Logprob> logprob);
    // What was held back when the generation ended otherwise than by a stop string.
    wire::Delta finish();

private:
    bool repeats(std::string_view text);
    wire::Delta show(std::string text);
    void attach_logprobs(wire::Delta& delta);

    const Vocabulary& vocabulary_;
    std::set<llama_token> shown_special_;  // special tokens that the chat parser reads as text
    parse::Utf8Assembler utf8_;
    parse::StopMatcher stops_;
    std::optional<ChatOutput> chat_;
    std::vector<wire::Logprob> logprobs_;  // of tokens whose text is not shown yet
    bool stopped_ = false;
    bool guard_repeats_;  // completions only, as upstream
    std::string last_text_;
    int n_repeats_ = 0;
};

// Whether there is anything in it worth an event.
bool is_empty(const wire::Delta& delta);

}  // namespace corral::engine
