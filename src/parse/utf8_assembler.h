#pragma once

// Purpose: bytes that arrive in arbitrary pieces (a token may end inside a character) become whole
// UTF-8 characters.

#include <string>
#include <string_view>

namespace corral::parse {

class Utf8Assembler {
public:
    // The characters completed by `bytes`; an unfinished one at the end (at most 3 bytes) is kept
    // back. Bytes that can belong to no character become U+FFFD.
    std::string push(std::string_view bytes);

    // What was kept back, as U+FFFD. The assembler is empty afterwards.
    std::string finish();

private:
    std::string pending_;
};

}  // namespace corral::parse
