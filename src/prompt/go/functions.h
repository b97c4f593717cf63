#pragma once

// Purpose: the functions that templates may call: Go's own, and those upstream adds (json,
// currentDate, yesterdayDate, toTypeScriptType).
//
// `and`, `or` and `call` are in the table without an implementation: the evaluator does them.
// Source: Go's text/template, Go 1.26; modelfile-create-templates.md 11.2.

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

#include "base/result.h"
#include "prompt/go/value.h"

namespace corral::prompt::go {

struct Function {
    static constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

    std::string_view name;
    std::size_t min_arguments = 0;
    std::size_t max_arguments = kAnyNumber;
    // Errors: ErrorCode::invalid with Go's text, to which the evaluator adds where it happened.
    Result<Value> (*call)(std::span<const Value> arguments) = nullptr;
    bool first_is_text = false;  // the first argument has to be a string

    bool is_variadic() const { return max_arguments == kAnyNumber; }
};

// Null when there is none of that name.
const Function* find_function(std::string_view name);

}  // namespace corral::prompt::go
