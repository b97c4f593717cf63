#pragma once

// Purpose: values as text: what Go's fmt prints for %v, and JSON.
//
// Source: Go's fmt and encoding/json; modelfile-create-templates.md 11.3, 12.4.

#include <span>
#include <string>

#include "prompt/go/value.h"

namespace corral::prompt::go {

enum class Style : std::uint8_t { plain, with_names, syntax };  // %v, %+v, %#v

// A missing value appends `<nil>`.
void append_value(std::string& out, const Value& value, Style style = Style::plain);
// What an action writes: `<no value>` for a missing one.
void append_printed(std::string& out, const Value& value);

// fmt.Sprint: a blank between two operands that are both no strings.
std::string print(std::span<const Value> values);
// fmt.Sprintln: a blank between all of them, and a newline.
std::string print_line(std::span<const Value> values);

// Go's JSON, HTML characters escaped.
std::string to_json(const Value& value);
// What String() gives. Only for values that have it.
std::string stringer_text(const Value& value);

// The type of a tool's property in TypeScript; "any" for any other value.
std::string typescript_type(const Value& property);

}  // namespace corral::prompt::go
