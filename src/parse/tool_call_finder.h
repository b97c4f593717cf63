#pragma once

// Purpose: finds tool calls in answers of models whose notation is known only by the mark that
// calls begin with, such as `<tool_call>`, `[TOOL_CALLS] [` or just `{`.
//
// Behind the mark it looks for the name of a known tool and a JSON object, which is, or has in it,
// the arguments. The marks `{` and `[` count only at the beginning of the answer. Names of tools
// that the request did not declare are never reported. Time is linear in the text.
//
// Beyond upstream: arguments keep their order, text beside a call in one piece loses no call, a
// call without arguments counts, and text behind a mark that came to nothing is given back.
// Source: modelfile-create-templates.md 16.2.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/request.h"

namespace corral::parse {

class ToolCallFinder {
public:
    ToolCallFinder(std::string mark, std::vector<std::string> tool_names);

    struct Output {
        std::string content;
        std::vector<wire::ToolCall> calls;
    };
    Output push(std::string_view text);
    Output finish();

private:
    enum class State { looking, calling, content };

    void look(Output& output);
    void read_calls(Output& output);
    void read_character(char c);
    void find_name();
    bool end_object(Output& output);
    void give_up(Output& output);
    void restart(std::size_t at);
    bool is_bracket() const { return mark_ == "{" || mark_ == "["; }

    std::string mark_;
    std::vector<std::string> names_;
    std::size_t longest_name_ = 0;

    State state_ = State::looking;
    std::string text_;  // undecided; while calling, what came since the mark or the last call
    std::int64_t n_calls_ = 0;

    // How far `text_` has been read while calling.
    std::size_t read_ = 0;
    std::size_t object_ = 0;  // where the outermost object begins
    int n_braces_ = 0;
    int n_lists_ = 0;  // open `[` outside of objects
    bool in_string_ = false;
    bool escaped_ = false;
    std::size_t named_until_ = 0;  // searched for names so far
    std::string name_;             // the first one that was found
};

}  // namespace corral::parse
