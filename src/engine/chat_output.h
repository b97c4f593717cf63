#pragma once

// Purpose: reads an answer in a model's own notation (thinking tags, tool-call syntax) as it grows,
// with the parser that llama.cpp derived from the chat template.
//
// That parser reads the whole text at every look. So once it has said that the text has come to be
// content, or thinking, what follows is passed on without it until a mark of the notation shows up,
// and looks are rationed beside: the time for an answer is linear in its length. The parser has the
// last word when the answer ends.
//
// Tool calls are complete ones and come with `finish` only, as upstream's do
// (scheduler-runtime.md 10.5). One that is cut off or malformed is shown as the text it is, so that
// nothing the model said is lost.
//
// When asked to, it also tells the arguments while they are written. That takes looks of the
// parser, rationed too, and a notation in which arguments stand as JSON; where they do not, or
// where the id of a call comes behind them, there is the complete call only. A call of which
// something was told is not shown as text.

#include <string>
#include <string_view>
#include <vector>

#include "chat.h"
#include "parse/compact_json.h"
#include "parse/output_parser.h"
#include "parse/stop_matcher.h"
#include "wire/event.h"

namespace corral::engine {

class ChatOutput : public parse::OutputParser {
public:
    explicit ChatOutput(const common_chat_params& rendered, bool has_tools = false,
                        bool streams_calls = false);

    wire::Delta push(std::string_view text) override;
    wire::Delta finish() override;

    // Bytes the parser has read so far, all looks together; for tests.
    std::size_t bytes_parsed() const { return bytes_parsed_; }

private:
    enum class Mode {
        parsed,     // the parser decides what the text is
        content,    // it goes on as content
        thinking,   // or as thinking
        tool_call,  // a tool call has begun; it is read at the end
    };
    // Of a tool call so far; its id is empty while nothing was told.
    struct Told {
        std::string id;
        std::string arguments;  // as the model wrote them
        parse::CompactJson compact;
    };

    wire::Delta look();
    wire::Delta look_at_calls();
    bool may_look() const;
    bool stands_as_it_is(const common_chat_tool_call& call) const;
    void tell(const common_chat_tool_call& call, std::size_t index, wire::Delta& delta);
    void note_passed(std::string_view shown);
    void choose_mode(const common_chat_msg& message);
    void pass_on(Mode mode);
    wire::Delta follow(std::string_view text);
    wire::Delta difference(const common_chat_msg& message);
    wire::Delta unread(std::size_t begin) const;
    std::size_t last_tool_mark() const;
    bool parse(bool is_partial, common_chat_msg& message);
    bool reads_to_the_end() const;
    bool begins_tool_call(std::size_t at) const;

    common_chat_parser_params parser_;
    std::vector<std::string> tool_marks_;
    std::vector<std::string> marks_;  // all of the notation's
    bool tool_calls_have_marks_ = true;
    bool streams_calls_;
    bool calls_have_ids_;  // in the notation
    std::vector<Told> told_;

    Mode mode_ = Mode::parsed;
    parse::StopMatcher watch_;  // for marks, while text is passed on
    std::string text_;
    std::string shown_content_;
    std::string shown_thinking_;
    std::size_t passed_ = 0;  // bytes of text_ that are shown or were marks
    std::size_t bytes_parsed_ = 0;
};

// Whether an answer to this prompt that is `answer` would be shown as `content`, and nothing else.
bool reads_as_content(const common_chat_params& rendered, std::string_view answer,
                      std::string_view content);

}  // namespace corral::engine
