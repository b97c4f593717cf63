#pragma once

// Purpose: what the graph does next to a product's numbers, done while they are written.
//
// graph.cpp finds such steps and notes them on the product's tensor; matrix_product.cpp takes them.
// A number becomes, as far as noted, gelu(number + bias) + addend.

#include <cstdint>

#include "ggml.h"

namespace corral::kernels {

struct Finish {
    const float* bias = nullptr;    // a number for every row
    const float* addend = nullptr;  // as the result is laid out
    bool gelu = false;
};

// Where it is noted: sources and parameters that products do not have.
constexpr int kBiasSource = 2;
constexpr int kAddendSource = 3;
constexpr int kGeluParameter = 8;

inline Finish finish_of(const ggml_tensor* product) {
    const auto numbers = [product](int source) {
        const ggml_tensor* from = product->src[source];
        return from == nullptr ? nullptr : static_cast<const float*>(from->data);
    };
    return {numbers(kBiasSource), numbers(kAddendSource), product->op_params[kGeluParameter] != 0};
}

// Whether the product will be computed in matrix_product.cpp.
bool takes_finish(const ggml_tensor* product);

}  // namespace corral::kernels
