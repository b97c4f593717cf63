#pragma once

// Purpose: texts that nobody else has, for identifiers. Threads: any.

#include <cstddef>
#include <string>

namespace corral {

// Letters a-z and digits, from the system's random source.
std::string random_text(std::size_t n_characters);
// Digits and letters a-f, from there too.
std::string random_hex(std::size_t n_digits);

}  // namespace corral
