// GELU, the usual activation of encoders, on x86-64.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_compute_forward_unary for F32 GELU; all else goes to ggml's own function.
//
// Why: ggml looks every number up in a table of F16 values, one at a time. Here eight are computed
// at once, in F32. Where GELU follows a product on AMX, the product computes it (finish.h).
//
// Threads: those of ggml's pool share the rows.

#include "ops.h"

// The name under which cmake/llama_hook.cmake has ggml's own function compiled.
extern "C" void ggml_compute_forward_unary_reference(const ggml_compute_params* params,
                                                     ggml_tensor* result);

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "gelu.h"
#include "ggml-cpu-impl.h"

namespace {

using corral::kernels::gelu;

constexpr int kLanes = 8;

void gelu_row(const float* from, float* to, std::int64_t n) {
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) _mm256_storeu_ps(to + i, gelu(_mm256_loadu_ps(from + i)));
    if (i == n) return;
    float rest[kLanes] = {};
    const auto bytes = static_cast<std::size_t>(n - i) * sizeof(float);
    std::memcpy(rest, from + i, bytes);
    _mm256_storeu_ps(rest, gelu(_mm256_loadu_ps(rest)));
    std::memcpy(to + i, rest, bytes);
}

bool can_compute(const ggml_tensor* result) {
    const ggml_tensor* from = result->src[0];
    return ggml_get_unary_op(result) == GGML_UNARY_OP_GELU && from->type == GGML_TYPE_F32 &&
           result->type == GGML_TYPE_F32 && ggml_is_contiguous(from) && ggml_is_contiguous(result);
}

}  // namespace

extern "C" void ggml_compute_forward_unary(const ggml_compute_params* params, ggml_tensor* result) {
    if (!can_compute(result)) return ggml_compute_forward_unary_reference(params, result);
    const std::int64_t n = result->ne[0];
    const std::int64_t n_rows = ggml_nrows(result);
    const auto* from = static_cast<const float*>(result->src[0]->data);
    auto* to = static_cast<float*>(result->data);
    const std::int64_t end = n_rows * (params->ith + 1) / params->nth;
    for (std::int64_t row = n_rows * params->ith / params->nth; row < end; ++row) {
        gelu_row(from + row * n, to + row * n, n);
    }
}

#else

extern "C" void ggml_compute_forward_unary(const ggml_compute_params* params, ggml_tensor* result) {
    ggml_compute_forward_unary_reference(params, result);
}

#endif
