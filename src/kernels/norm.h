#pragma once

// Purpose: the multiplication and addition next to a normalization, done on the way.
//
// graph.cpp finds them and notes their numbers, a row each, as sources of the normalization;
// norm.cpp takes them.

#include "ggml.h"

namespace corral::kernels {

constexpr int kWeightSource = 1;
constexpr int kShiftSource = 2;  // only beside a weight

// Whether the normalization will be computed in norm.cpp.
bool takes_weight_and_bias(const ggml_tensor* norm);

}  // namespace corral::kernels
