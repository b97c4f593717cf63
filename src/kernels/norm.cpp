// Layer normalization, with what scales and shifts it.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_compute_forward_norm for contiguous F32; all else goes to ggml's own function.
//
// Why: a model multiplies what was normalized by weights and adds a bias, which in ggml takes two
// more steps over all numbers. Where graph.cpp has found these they are done here.
//
// Threads: those of ggml's pool share the rows, each has neighbouring ones.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>

#include "ggml-cpu-impl.h"
#include "norm.h"
#include "ops.h"

// The name under which cmake/llama_hook.cmake has ggml's own function compiled.
extern "C" void ggml_compute_forward_norm_reference(const ggml_compute_params* params,
                                                    ggml_tensor* result);

namespace {

using namespace corral::kernels;

constexpr std::int64_t kSumsAtOnce = 16;  // so that compilers may use vectors

template <class Number>
float sum_of(std::int64_t n, Number number) {
    float sums[kSumsAtOnce] = {};
    std::int64_t i = 0;
    for (; i + kSumsAtOnce <= n; i += kSumsAtOnce)
        for (std::int64_t lane = 0; lane < kSumsAtOnce; ++lane) sums[lane] += number(i + lane);
    for (; i < n; ++i) sums[0] += number(i);
    return std::accumulate(sums, sums + kSumsAtOnce, 0.0F);
}

struct Norm {
    std::int64_t n;
    float epsilon;
    const float* weight;  // of n numbers, or null
    const float* bias;    // the same

    void compute_row(const float* from, float* to) const {
        const float mean =
            sum_of(n, [=](std::int64_t i) { return from[i]; }) / static_cast<float>(n);
        const float squares =
            sum_of(n, [=](std::int64_t i) { return (from[i] - mean) * (from[i] - mean); });
        const float scale = 1 / std::sqrt(squares / static_cast<float>(n) + epsilon);
        if (weight == nullptr) {
            for (std::int64_t i = 0; i < n; ++i) to[i] = (from[i] - mean) * scale;
        } else if (bias == nullptr) {
            for (std::int64_t i = 0; i < n; ++i) to[i] = (from[i] - mean) * scale * weight[i];
        } else {
            for (std::int64_t i = 0; i < n; ++i)
                to[i] = (from[i] - mean) * scale * weight[i] + bias[i];
        }
    }
};

const float* noted(const ggml_tensor* norm, int source) {
    return norm->src[source] == nullptr ? nullptr
                                        : static_cast<const float*>(norm->src[source]->data);
}

}  // namespace

bool corral::kernels::takes_weight_and_bias(const ggml_tensor* norm) {
    return norm->type == GGML_TYPE_F32 && norm->src[0]->type == GGML_TYPE_F32 &&
           ggml_is_contiguous(norm) && ggml_is_contiguous(norm->src[0]);
}

extern "C" void ggml_compute_forward_norm(const ggml_compute_params* params, ggml_tensor* result) {
    if (!takes_weight_and_bias(result)) return ggml_compute_forward_norm_reference(params, result);
    Norm norm{result->ne[0], 0, noted(result, kWeightSource), noted(result, kShiftSource)};
    std::memcpy(&norm.epsilon, result->op_params, sizeof norm.epsilon);
    const auto* from = static_cast<const float*>(result->src[0]->data);
    auto* to = static_cast<float*>(result->data);
    const std::int64_t n_rows = ggml_nrows(result);
    const std::int64_t end = n_rows * (params->ith + 1) / params->nth;
    for (std::int64_t row = n_rows * params->ith / params->nth; row < end; ++row)
        norm.compute_row(from + row * norm.n, to + row * norm.n);
}
