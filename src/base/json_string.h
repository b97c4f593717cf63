#pragma once

// Purpose: a JSON string as Go's encoder writes it, which is what clients see and blobs hold.
//
// `<`, `>`, `&` as \u003c, \u003e, \u0026; U+2028 and U+2029 escaped; control characters as \n \r
// \t \b \f or \u00xx; every invalid UTF-8 byte as \ufffd; all else as it is. Source:
// native-api.md 3.1.

#include <string>
#include <string_view>

namespace corral {

// With quotes. Runs of plain characters are copied whole: this is the hot path of streamed answers.
void append_json_string(std::string& out, std::string_view text);

}  // namespace corral
