#pragma once

// Purpose: reads an answer in a model's notation (thinking, tool calls) as it grows. One per
// answer.
//
// Nothing of the text is lost: what turns out to be neither thinking nor a tool call is content.

#include <string_view>

#include "wire/event.h"

namespace corral::parse {

class OutputParser {
public:
    virtual ~OutputParser() = default;

    // What became certain with this text. Whole characters in, whole characters out.
    virtual wire::Delta push(std::string_view text) = 0;
    // The rest. Nothing may be pushed afterwards.
    virtual wire::Delta finish() = 0;
};

// The length of the longest end of `text` that is a proper beginning of `word`.
std::size_t overlap(std::string_view text, std::string_view word);

}  // namespace corral::parse
