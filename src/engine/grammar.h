#pragma once

// Purpose: what Generate::format demands, as a grammar in llama.cpp's notation.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "parse/json_schema.h"
#include "wire/request.h"

namespace corral::engine {

// Empty when the output is free. A schema that cannot be expressed is invalid with http_status 400
// (native-api.md 7.9).
[[nodiscard]] Result<std::string> grammar_of(const wire::Format& format);

// Lets the texts that stand for values in a bounded schema be those values, in its grammar.
std::string with_stand_ins(std::string grammar,
                           const std::vector<parse::BoundedSchema::StandIn>& stand_ins);

// Of a tool call that is known only by the mark it begins with: behind it comes a JSON object,
// soon, and then whatever else. (parse/tool_call_finder.h makes sense of it.)
std::string marked_call_grammar(std::string_view mark);

// The format, which must not be none, or a tool call that is bare JSON: an object, or a list of
// them, with one of the names and its arguments.
wire::Format format_or_bare_call(const wire::Format& format, const std::vector<std::string>& names,
                                 bool in_list);

}  // namespace corral::engine
