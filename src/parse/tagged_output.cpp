#include "parse/tagged_output.h"

#include <iterator>
#include <utility>

namespace corral::parse {

TaggedOutput::TaggedOutput(const Notation& notation) {
    if (!notation.thinking_opening.empty()) {
        thinking_.emplace(notation.thinking_opening, notation.thinking_closing);
        if (notation.begins_thinking) thinking_->begin_inside();
    }
    if (!notation.tool_mark.empty()) tools_.emplace(notation.tool_mark, notation.tool_names);
}

wire::Delta TaggedOutput::push(std::string_view text) {
    wire::Delta delta;
    if (!thinking_) {
        add_content(delta, std::string(text));
        return delta;
    }
    ThinkingSplitter::Output output = thinking_->push(text);
    delta.thinking = std::move(output.thinking);
    add_content(delta, std::move(output.content));
    return delta;
}

void TaggedOutput::add_content(wire::Delta& delta, std::string content) {
    if (!tools_) {
        delta.content += content;
        return;
    }
    ToolCallFinder::Output output = tools_->push(content);
    delta.content += output.content;
    std::ranges::move(output.calls, std::back_inserter(delta.tool_calls));
}

wire::Delta TaggedOutput::finish() {
    wire::Delta delta;
    if (thinking_) {
        ThinkingSplitter::Output output = thinking_->finish();
        delta.thinking = std::move(output.thinking);
        add_content(delta, std::move(output.content));
    }
    if (tools_) delta.content += tools_->finish().content;
    return delta;
}

}  // namespace corral::parse
