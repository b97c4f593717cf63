#pragma once

// Purpose: from generated tokens to Delta events: bytes to characters, stop strings, thinking and
// tool calls, log-probabilities, and the guard against endless repetition.

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/chat_output.h"
#include "engine/vocabulary.h"
#include "parse/output_parser.h"
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
        bool has_tools = false;  // the chat was given some
        // Another way to read the answer, and the special tokens it needs to see as text.
        std::unique_ptr<parse::OutputParser> parser = nullptr;
        std::vector<std::string> preserved_words = {};
        bool one_call = false;       // tool calls beyond the first are dropped
        bool streams_calls = false;  // they are told while they are written
    };
    Answer(const Vocabulary& vocabulary, Setup setup);

    struct Step {
        wire::Delta delta;  // may be empty
        bool stopped =
            false;  // a stop string, or the same text again and again (native-api.md 7.6)
    };
    Step push(llama_token token, std::optional<wire::Logprob> logprob);
    // How many tokens were thoughts so far. Tokens whose text is still held back are not counted.
    std::int64_t n_thinking() const { return n_thinking_; }
    // What was held back when the generation ended otherwise than by a stop string.
    wire::Delta finish();

    // Which of the request's stop strings ended the answer, or empty.
    const std::string& stop_text() const { return stop_text_; }

private:
    bool repeats(std::string_view text);
    wire::Delta show(std::string text);
    void drop_more_calls(wire::Delta& delta);
    void attach_logprobs(wire::Delta& delta);

    const Vocabulary& vocabulary_;
    std::set<llama_token> shown_special_;  // special tokens that the parser reads as text
    parse::Utf8Assembler utf8_;
    parse::StopMatcher stops_;
    std::unique_ptr<parse::OutputParser> parser_;  // null: the answer is shown as it is
    std::vector<wire::Logprob> logprobs_;          // of tokens whose text is not shown yet
    std::vector<std::string> asked_stops_;
    std::string stop_text_;
    bool stopped_ = false;
    std::int64_t n_held_ = 0;  // tokens since something was shown
    std::int64_t n_thinking_ = 0;
    bool one_call_;
    bool has_called_ = false;
    bool guard_repeats_;  // completions only, as upstream
    std::string last_text_;
    int n_repeats_ = 0;
};

// Whether there is anything in it worth an event.
bool is_empty(const wire::Delta& delta);

}  // namespace corral::engine
