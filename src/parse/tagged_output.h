#pragma once

// Purpose: reads the answers of models that a Go template describes: thinking between tags, then
// text and tool calls behind a mark. Source: modelfile-create-templates.md 15.2, 16.2.

#include <optional>
#include <string>
#include <vector>

#include "parse/output_parser.h"
#include "parse/thinking_splitter.h"
#include "parse/tool_call_finder.h"

namespace corral::parse {

class TaggedOutput : public OutputParser {
public:
    struct Notation {
        std::string thinking_opening;  // empty: thinking is not told apart
        std::string thinking_closing;
        bool begins_thinking = false;  // the prompt ends with the opening tag
        std::string tool_mark;         // empty: there are no tools
        std::vector<std::string> tool_names;
    };
    explicit TaggedOutput(const Notation& notation);

    wire::Delta push(std::string_view text) override;
    wire::Delta finish() override;

private:
    void add_content(wire::Delta& delta, std::string content);

    std::optional<ThinkingSplitter> thinking_;
    std::optional<ToolCallFinder> tools_;
};

}  // namespace corral::parse
