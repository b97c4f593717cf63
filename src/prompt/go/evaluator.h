#pragma once

// Purpose: runs a parsed template on data.
//
// Errors: ErrorCode::invalid with Go's text, `template: :1:2: executing "" at <.A>: …`. Beyond Go
// there are limits on steps, depth and output (limits.h). Threads: any; one evaluation is one call.
// Source: Go's text/template, Go 1.26, with the option missingkey=zero.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "prompt/go/syntax.h"
#include "prompt/go/value.h"

namespace corral::prompt::go {

struct Program {
    std::string_view source;
    const Blocks& blocks;
    // Nodes of the root that stand behind this position are left out.
    std::optional<std::size_t> cut_after;
};

[[nodiscard]] Result<std::string> evaluate(const Program& program, const Value& data);

}  // namespace corral::prompt::go
