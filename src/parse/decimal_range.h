#pragma once

// Purpose: the numbers between two bounds, as a piece of grammar.
//
// Of the ways to write a number as JSON those without an exponent are taken, and of those the ones
// that have no more than fifteen digits beyond what the bounds have in common: what is written on
// one side of a bound is then read on that side, too, by whoever reads it as a double.

#include <optional>
#include <string>

#include "base/result.h"

namespace corral::parse {

struct DecimalRange {
    struct Bound {
        double value = 0;
        bool is_excluded = false;
    };
    static constexpr int kMostDecimals = 15;

    std::optional<Bound> minimum;
    std::optional<Bound> maximum;
    int n_decimals = kMostDecimals;  // at most so many digits after the point
};

// An alternative of a GBNF rule, in parentheses. Bounds must be finite.
// Errors: ErrorCode::invalid when there is no number between the bounds, or a bound has more than
// thirty digits after its point.
[[nodiscard]] Result<std::string> decimal_rule(const DecimalRange& range);

}  // namespace corral::parse
