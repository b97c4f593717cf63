// Any bytes as an answer in any notation, in pieces: no crash, and the same result as in one piece.

#include <cstddef>
#include <cstdint>

#include "parse/tagged_output.h"

namespace {

using corral::parse::TaggedOutput;

std::string read(const TaggedOutput::Notation& notation, std::string_view text, std::size_t piece) {
    TaggedOutput output(notation);
    std::string thinking, content, calls;
    const auto take = [&](const corral::wire::Delta& delta) {
        thinking += delta.thinking;
        content += delta.content;
        for (const auto& call : delta.tool_calls) calls += call.name + call.arguments_json;
    };
    for (std::size_t at = 0; at < text.size(); at += piece)
        take(output.push(text.substr(at, piece)));
    take(output.finish());
    return thinking + "|" + content + "|" + calls;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    constexpr const char* kMarks[] = {"<tool_call>", "[", "{", "[TOOL_CALLS] ["};
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    TaggedOutput::Notation notation{.tool_mark = kMarks[data[0] & 3], .tool_names = {"get", "f"}};
    if ((data[0] & 4) != 0) {
        notation.thinking_opening = "<think>";
        notation.thinking_closing = "</think>";
    }
    notation.begins_thinking = (data[0] & 8) != 0;
    if (read(notation, text, 1) != read(notation, text, size)) __builtin_trap();
    return 0;
}
