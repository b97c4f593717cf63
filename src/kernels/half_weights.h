#pragma once

// Purpose: F16 weights in AMX's order, and what is computed from them.
//
// ggml keeps F16 weights as they are in the file. Here they are put into an order that can be read
// straight through (weight_buffer.cpp), at the same size: 16 rows together, of these 32 numbers
// together, as 16 pairs; of a pair first the one number of all 16 rows, then the other.
//
// Precision: a number is split into two BF16 numbers, high + low, without loss: the first takes the
// upper 8 of the 11 bits, the second the other three.

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "ggml.h"
#include "packed_weights.h"

namespace corral::kernels {

// By what a tensor is alone, since whoever packs it and whoever reads it have to agree.
inline bool is_packed_half(const ggml_tensor* weights) {
    return weights->type == GGML_TYPE_F16 && weights->ne[0] % kDepth == 0 &&
           weights->ne[1] % (2 * kRows) == 0 && weights->ne[2] * weights->ne[3] == 1;
}

// Exchanges rows and columns of 16 x 16 numbers of 32 bits, in groups of 1, 2, 4 and 8.
inline void transpose(__m512i (&rows)[kRows]) {
    __m512i other[kRows];
    for (int i = 0; i < kRows; i += 2) {
        other[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        other[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < kRows; i += 4) {
        rows[i] = _mm512_unpacklo_epi64(other[i], other[i + 2]);
        rows[i + 1] = _mm512_unpackhi_epi64(other[i], other[i + 2]);
        rows[i + 2] = _mm512_unpacklo_epi64(other[i + 1], other[i + 3]);
        rows[i + 3] = _mm512_unpackhi_epi64(other[i + 1], other[i + 3]);
    }
    for (int i = 0; i < 4; ++i) {
        other[i] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0x88);
        other[i + 4] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0xdd);
        other[i + 8] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0x88);
        other[i + 12] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0xdd);
    }
    for (int i = 0; i < 8; ++i) {
        rows[i] = _mm512_shuffle_i32x4(other[i], other[i + 8], 0x88);
        rows[i + 8] = _mm512_shuffle_i32x4(other[i], other[i + 8], 0xdd);
    }
}

// From rows of `depth` numbers each.
inline void pack_halves(const ggml_fp16_t* rows, std::int64_t depth, std::int64_t n_rows,
                        ggml_fp16_t* to) {
    for (std::int64_t row = 0; row < n_rows; row += kRows) {
        for (std::int64_t i = 0; i < depth; i += kDepth) {
            __m512i pairs[kRows];
            for (int r = 0; r < kRows; ++r)
                pairs[r] = _mm512_loadu_si512(rows + (row + r) * depth + i);
            transpose(pairs);
            for (const __m512i pair : pairs) {
                const __m256i both[2] = {_mm512_cvtepi32_epi16(pair),
                                         _mm512_cvtepi32_epi16(_mm512_srli_epi32(pair, 16))};
                std::memcpy(to, both, sizeof both);
                to += 2 * kRows;
            }
        }
    }
}

inline __m512 first_of_pairs(const ggml_fp16_t* pairs) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(pairs)));
}

inline __m512 second_of_pairs(const ggml_fp16_t* pairs) {
    return first_of_pairs(pairs + kRows);
}

// Pairs of the upper halves of F32 numbers, which are BF16.
inline __m512i upper_halves(__m512 first, __m512 second) {
    constexpr int kAndOr = 0xEA;
    return _mm512_ternarylogic_epi32(_mm512_castps_si512(second), _mm512_set1_epi32(~0xFFFF),
                                     _mm512_srli_epi32(_mm512_castps_si512(first), 16), kAndOr);
}

inline __m512 without_upper_half(__m512 x) {
    const __m512i upper = _mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(~0xFFFF));
    return _mm512_sub_ps(x, _mm512_castsi512_ps(upper));
}

// One tile of each part.
inline void unpack_halves(const ggml_fp16_t* from, Bf16* high, Bf16* low) {
    for (int i = 0; i < kTile; i += 2 * kRows) {
        const __m512 first = first_of_pairs(from + i);
        const __m512 second = second_of_pairs(from + i);
        _mm512_store_si512(high + i, upper_halves(first, second));
        _mm512_store_si512(low + i,
                           upper_halves(without_upper_half(first), without_upper_half(second)));
    }
}

// Products of 16 rows with some tokens, in F32 throughout; a token has `depth` numbers. Lanes are
// rows, so there is nothing to add up across lanes.
template <int kTokens>
void multiply_halves(const ggml_fp16_t* weights, std::int64_t depth, const float* tokens,
                     __m512 (&sums)[kTokens]) {
    __m512 others[kTokens];
    for (int t = 0; t < kTokens; ++t) sums[t] = others[t] = _mm512_setzero_ps();
    for (std::int64_t i = 0; i < depth; i += 2, weights += 2 * kRows) {
        const __m512 first = first_of_pairs(weights);
        const __m512 second = second_of_pairs(weights);
        for (int t = 0; t < kTokens; ++t) {
            const float* numbers = tokens + t * depth + i;
            sums[t] = _mm512_fmadd_ps(first, _mm512_set1_ps(numbers[0]), sums[t]);
            others[t] = _mm512_fmadd_ps(second, _mm512_set1_ps(numbers[1]), others[t]);
        }
    }
    for (int t = 0; t < kTokens; ++t) sums[t] = _mm512_add_ps(sums[t], others[t]);
}

}  // namespace corral::kernels
