#pragma once

// Purpose: what Generate::format demands, as a grammar in llama.cpp's notation.

#include <string>

#include "base/result.h"
#include "wire/request.h"

namespace corral::engine {

// Empty when the output is free. A schema that cannot be expressed is invalid with http_status 400
// (native-api.md 7.9).
[[nodiscard]] Result<std::string> grammar_of(const wire::Format& format);

}  // namespace corral::engine
