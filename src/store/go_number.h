#pragma once

// Purpose: numbers as Go prints them, so that blobs and replies equal upstream's byte for byte.
//
// All forms use the fewest digits that read back as the same value of that width. Infinities and
// NaN do not occur in JSON; they print as 0. Source: native-api.md 3.1 and 8.4,
// storage-registry.md 6.

#include <string>

namespace corral::store {

// As in JSON: exponent form (1e-7, 1e+21) below 1e-6 and from 1e21 on.
std::string go_json_number(double value);
std::string go_json_number(float value);

// As %g prints: exponent form with two digits (1e-05, 1.048576e+06) below 1e-4 and from 1e6 on.
std::string go_g_number(double value);

}  // namespace corral::store
