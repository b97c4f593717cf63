#pragma once

// Purpose: what a template may cost. Templates come with models and requests, so they are foreign
// programs: these limits keep one from holding up a runner or the server.
//
// Steps count evaluated nodes, and 32 bytes that a function reads or writes as one. The largest
// real conversations take some tens of thousands; all steps together take about a second.

#include <cstddef>

namespace corral::prompt::go {

inline constexpr std::size_t kMaxSourceBytes = std::size_t{1} << 20;
inline constexpr int kMaxParseDepth = 100;       // blocks and parentheses inside each other
inline constexpr int kMaxEvaluationDepth = 300;  // the same, through templates that call templates
inline constexpr std::size_t kMaxOutputBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxSteps = 5'000'000;
inline constexpr std::size_t kBytesPerStep = 32;

}  // namespace corral::prompt::go
