#pragma once

// Purpose: answers of /v1/messages, whole and as events.
//
// A stream is `message_start`, a ping, the blocks one after another (thinking, text and calls in
// the order in which they come, any number of each), `message_delta`, `message_stop`. Tokens of the
// prompt that were reused are counted apart, as clients add the numbers up. Thoughts are signed
// with a constant: clients want a signature, nobody checks it.
// Source: openai-anthropic-api.md 10.5, 10.6, 15.1, 15.4, 16.3.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/requests.h"
#include "wire/event.h"

namespace corral::api::anthropic {

struct MessageHead {
    std::string id;     // "msg_…"
    std::string model;  // as sent
    std::vector<std::string> stop_sequences;
};

// With a newline.
std::string message_body(const MessageHead& head, const wire::Delta& answer,
                         const wire::Done& done);

class MessageStream {
public:
    explicit MessageStream(MessageHead head) : head_(std::move(head)) {}

    // `n_guessed` is told when the piece does not know how long the prompt was.
    void piece(std::string& out, const wire::Delta& delta, std::int64_t n_guessed = 0);
    void end(std::string& out, const wire::Done& done);

private:
    enum class Open { nothing, thinking, text, call };

    void start(std::string& out, std::int64_t n_prompt, std::int64_t n_cached);
    void open(std::string& out, Open kind);
    void close(std::string& out);
    void open_call(std::string& out, std::int64_t call_index, std::string_view id,
                   std::string_view name);
    void add_call_piece(std::string& out, const wire::ToolCallPiece& piece);
    void add_call(std::string& out, const wire::ToolCall& call);
    void delta(std::string& out, std::string_view type, std::string_view key,
               std::string_view text) const;

    MessageHead head_;
    bool started_ = false;
    Open open_ = Open::nothing;
    std::int64_t index_ = 0;  // of the open block, or of the next
    bool called_tools_ = false;
    std::set<std::int64_t> told_calls_;  // by index: those that were told in pieces
    std::int64_t open_call_ = 0;         // by index, while one is open
};

void append_ping(std::string& out);

// `{"input_tokens":…}` with a newline.
std::string count_body(std::int64_t n_tokens);

// A quarter of the bytes: what is told of a prompt that another server counts.
std::int64_t estimated_tokens(const ollama::ChatRequest& request);

}  // namespace corral::api::anthropic
