#pragma once

// Purpose: numbers of model metadata as `show --verbose` prints them. Source: cli.md 7.3.

#include <string>

namespace corral::cli {

// The shortest text that reads back as `value`, with an exponent of at least two digits below 1e-4
// and from 1e6 on: "131072", "1.048576e+06", "1e-05".
std::string shortest_number(double value);

}  // namespace corral::cli
