#pragma once

// Purpose: answers of /v1/chat/completions, whole and as chunks of a stream.
//
// A stream is a sequence of SSE frames: chunks of every choice, a finish chunk each, the usage when
// asked for, `[DONE]`. Calls come in pieces where the model's notation lets them: id and name with
// the first. Writing a chunk is the hot path: it only appends to the caller's text.
// A failure after the first byte is a frame of its own before `[DONE]`.
// Source: openai-anthropic-api.md 4.5 to 4.8, 15.1, 16.1.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/openai/custom_tools.h"
#include "api/openai/usage.h"
#include "base/time.h"
#include "wire/event.h"

namespace corral::api::openai {

// What all objects of an answer say.
struct ChatHead {
    std::string id;                  // "chatcmpl-…"
    std::string model;               // as sent
    std::int64_t created = 0;        // seconds
    bool reasoning_content = false;  // thoughts are told by this name too
    bool has_functions = false;      // a call is `function_call` (api/openai/functions.h)
    ToolNames custom_tools = {};     // they are called with a text, which is told whole
};

// Why a choice ended.
std::string_view chat_finish(const ChatHead& head, wire::DoneReason reason, bool has_called);

struct ChatChoice {
    wire::Delta answer;
    std::string_view finish;  // empty: null
};

// The answer as a whole, with a newline.
std::string chat_body(const ChatHead& head, const std::vector<ChatChoice>& choices,
                      const Usage& usage);

// The prompt only (_debug_render_only).
std::string rendered_chat_body(const ChatHead& head, std::string_view prompt, std::size_t n_images);

// Whether a piece has anything to say.
bool is_worth_a_chunk(const wire::Delta& delta);

// The frames of one choice.
class ChatStream {
public:
    // `head` outlives the stream.
    ChatStream(const ChatHead& head, std::int64_t index);

    void piece(std::string& out, const wire::Delta& delta);
    void finish(std::string& out, std::string_view reason);
    void end(std::string& out, const wire::Done& done);

private:
    void open_chunk(std::string& out, std::string_view delta_json,
                    const std::vector<wire::Logprob>& logprobs, std::string_view finish) const;
    std::string role();
    std::string called_json(const wire::Delta& delta);

    std::string head_json_;  // `{"id":…,"system_fingerprint":"fp_ollama","choices":[{"index":0`
    const ChatHead& head_;
    bool begun_ = false;
    bool called_tools_ = false;
    std::set<std::int64_t> told_calls_;  // by index: those that were told in pieces
};

void append_usage_chunk(std::string& out, const ChatHead& head, const Usage& usage);

}  // namespace corral::api::openai
