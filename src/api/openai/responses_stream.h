#pragma once

// Purpose: the life of one response, item by item: its events, and what it amounts to.
//
// Pieces of the answer open and close items: thinking, text and every tool call are items of their
// own, in the order in which they come; one is closed before the next is opened, and places only
// count on. Whole answers go the same way, with the events thrown away. Text deltas are the hot
// path: they only append to the caller's text.
//
// Each response ends with exactly one of complete, fail and cancel.
// Source: openai-anthropic-api.md 8.5, 15.1, 15.3, 16.2.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/openai/responses_object.h"
#include "wire/event.h"

namespace corral::api::openai {

class ResponseStream {
public:
    ResponseStream(ResponseHead head, std::set<std::string, std::less<>> custom_tools,
                   MakeId make_id);

    // Appends events. The first call of any also tells that the response was created.
    void piece(std::string& out, const wire::Delta& delta);
    void complete(std::string& out, const wire::Done& done, std::int64_t now_seconds);
    void fail(std::string& out, std::string_view message);
    void cancel(std::string& out);

    // The response as far as it is known.
    std::string body() const;
    // As it will be once it has been cancelled.
    std::string cancelled_body() const;
    // Closed items.
    const std::vector<std::string>& output() const { return output_; }
    const std::string& id() const { return head_.id; }

private:
    enum class Open { nothing, reasoning, message, call };

    void begin(std::string& out);
    void event(std::string& out, std::string_view type, std::string_view before_sequence,
               std::string_view after_sequence = {});
    void item_event(std::string& out, std::string_view type, const std::string& item_json);
    void response_event(std::string& out, std::string_view type);
    std::string place() const;

    void add_thinking(std::string& out, std::string_view text);
    void add_text(std::string& out, const wire::Delta& delta);
    void add_call_piece(std::string& out, const wire::ToolCallPiece& piece);
    void add_call(std::string& out, const wire::ToolCall& call);
    void add_whole_call(std::string& out, const wire::ToolCall& call);
    void open(std::string& out, Open kind);
    void close(std::string& out, std::string_view status = "completed");
    void close_reasoning(std::string& out);
    void close_message(std::string& out, std::string_view status);
    void close_call(std::string& out, std::string_view status);
    void keep(std::string& out, std::string item_json);
    std::string logprobs_json() const { return "[" + logprobs_ + "]"; }

    ResponseHead head_;
    const std::set<std::string, std::less<>> custom_tools_;
    const MakeId make_id_;
    ResponseState state_;
    std::vector<std::string> output_;
    std::int64_t sequence_ = 0;
    bool begun_ = false;
    bool has_answer_ = false;  // a message or a call
    Open open_ = Open::nothing;
    std::string item_id_;   // of the open item
    std::string text_;      // of the open item
    std::string logprobs_;  // of the open message, inside of a list
    wire::ToolCall call_;   // the open one, or the last; its arguments are the open item's text
    std::set<std::int64_t> told_calls_;  // by index: those that were told in pieces
};

}  // namespace corral::api::openai
