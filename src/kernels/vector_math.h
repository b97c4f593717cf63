#pragma once

// Purpose: functions of eight or sixteen numbers at once that processors lack.

#include <immintrin.h>

#include <initializer_list>

namespace corral::kernels {

// exp(x) for x <= 0, to about 2e-7 relative; 0 below -87. 2^n comes from the exponent bits, 2^f for
// the rest in [-0.5, 0.5] from a polynomial (Taylor's, whose error is below F32's there).
inline __m256 exp_of_negative(__m256 x) {
    const __m256 t = _mm256_mul_ps(x, _mm256_set1_ps(1.44269504F));
    const __m256 n = _mm256_round_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256 f = _mm256_mul_ps(_mm256_sub_ps(t, n), _mm256_set1_ps(0.693147181F));
    __m256 p = _mm256_set1_ps(1.0F / 720);
    for (const float c : {1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F}) {
        p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(c));
    }
    const __m256i exponent =
        _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    const __m256 value = _mm256_mul_ps(p, _mm256_castsi256_ps(exponent));
    const __m256 in_range = _mm256_cmp_ps(x, _mm256_set1_ps(-87.0F), _CMP_GT_OQ);
    return _mm256_and_ps(value, in_range);
}

#if defined(__AVX512F__)

// The same for sixteen numbers.
inline __m512 exp_of_negative(__m512 x) {
    const __m512 t = _mm512_mul_ps(x, _mm512_set1_ps(1.44269504F));
    const __m512 n = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 f = _mm512_mul_ps(_mm512_sub_ps(t, n), _mm512_set1_ps(0.693147181F));
    __m512 p = _mm512_set1_ps(1.0F / 720);
    for (const float c : {1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F}) {
        p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(c));
    }
    return _mm512_scalef_ps(p, n);
}

// 1 / x to F32's precision, for x far from the ends of its range: an estimate of 14 bits, and a
// step of Newton's method.
inline __m512 reciprocal(__m512 x) {
    const __m512 estimate = _mm512_rcp14_ps(x);
    const __m512 rest = _mm512_fnmadd_ps(x, estimate, _mm512_set1_ps(2.0F));
    return _mm512_mul_ps(estimate, rest);
}

#endif

}  // namespace corral::kernels
