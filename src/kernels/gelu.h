#pragma once

// Purpose: GELU in its usual form with tanh, x / (1 + exp(-z)) with
// z = sqrt(8 / pi) (x + 0.044715 x^3); to F32's precision.

#include "vector_math.h"

namespace corral::kernels {

inline __m256 gelu(__m256 x) {
    const __m256 cubic =
        _mm256_fmadd_ps(_mm256_mul_ps(x, x), _mm256_set1_ps(0.044715F), _mm256_set1_ps(1.0F));
    const __m256 z = _mm256_mul_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.59576912F)), cubic);
    const __m256 e = exp_of_negative(_mm256_or_ps(z, _mm256_set1_ps(-0.0F)));  // exp(-|z|)
    const __m256 share = _mm256_blendv_ps(_mm256_set1_ps(1.0F), e, z);         // e where z < 0
    return _mm256_div_ps(_mm256_mul_ps(x, share), _mm256_add_ps(_mm256_set1_ps(1.0F), e));
}

#if defined(__AVX512F__) && defined(__AVX512DQ__)

inline __m512 gelu(__m512 x) {
    const __m512 cubic =
        _mm512_fmadd_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(0.044715F), _mm512_set1_ps(1.0F));
    const __m512 z = _mm512_mul_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.59576912F)), cubic);
    const __m512 e = exp_of_negative(_mm512_or_ps(z, _mm512_set1_ps(-0.0F)));
    const __m512 share =
        _mm512_mask_mov_ps(_mm512_set1_ps(1.0F), _mm512_movepi32_mask(_mm512_castps_si512(z)), e);
    return _mm512_mul_ps(_mm512_mul_ps(x, share),
                         reciprocal(_mm512_add_ps(_mm512_set1_ps(1.0F), e)));
}

#endif

}  // namespace corral::kernels
