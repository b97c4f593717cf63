#pragma once

// Purpose: which field of a request an error is about, for the dialects that tell their clients.
//
//   CORRAL_CHECK(in_field("messages", decode_messages(list)));       // messages[2].content
//   return refuse_field("n", "n must be between 1 and 32");
//
// A function names what it reads itself; whoever calls it puts its own place in front. Paths are
// written as OpenAI's API writes them: `messages[0].content[1].type`. Texts are not changed.
// Source: openai-anthropic-api.md 15.5.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace corral::api::json {

// Words for what is wrong with a field, as OpenAI's API has them.
inline constexpr std::string_view kInvalidType = "invalid_type";
inline constexpr std::string_view kInvalidValue = "invalid_value";
inline constexpr std::string_view kMissing = "missing_required_parameter";
inline constexpr std::string_view kUnsupported = "unsupported_parameter";

// `[3]`, the place of an element.
std::string element(std::size_t index);
// Puts `place` in front of the field that the error names, and calls it an invalid value where
// nothing else was said.
void put_place(Error& error, std::string_view place);

// What went wrong went wrong inside `place`: a member, or an element.
template <class T>
Result<T> in_field(std::string_view place, Result<T> result) {
    if (!result) put_place(result.error(), place);
    return result;
}
template <class T>
Result<T> in_element(std::size_t index, Result<T> result) {
    if (!result) put_place(result.error(), element(index));
    return result;
}

// A refusal (400) because of a field.
std::unexpected<Error> refuse_field(std::string_view field, std::string message,
                                    std::string_view problem = kInvalidValue);

}  // namespace corral::api::json
