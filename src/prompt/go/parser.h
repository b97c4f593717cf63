#pragma once

// Purpose: from the text of a Go template to its syntax tree.
//
// Errors: ErrorCode::invalid with Go's text, `template: :3: unexpected EOF`. Beyond Go there are
// limits on size and nesting (limits.h).
// Source: Go's text/template/parse, Go 1.26.

#include <string_view>

#include "base/result.h"
#include "prompt/go/syntax.h"

namespace corral::prompt::go {

// Text nodes are views into `source`, which has to outlive the blocks.
[[nodiscard]] Result<Blocks> parse(std::string_view source);

}  // namespace corral::prompt::go
