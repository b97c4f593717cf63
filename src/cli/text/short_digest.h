#pragma once

// Purpose: the digits of a digest that people get to see.

#include <string>
#include <string_view>

namespace corral::cli {

// The first twelve, of a digest with or without `sha256:`.
std::string short_digest(std::string_view digest);

}  // namespace corral::cli
