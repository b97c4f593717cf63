#pragma once

// Purpose: quantized weights, as ggml lays them out for AMX, to BF16 numbers in AMX's order.
//
// ggml takes 16 rows together. A block holds kLength numbers of each of them: the quants, then what
// scales them. Quants lie in dwords: the four bytes of lane r are four neighbouring numbers of row
// r, and the next dwords the next four; two dwords of four-bit quants share one. A number is
// scale * quant + offset, where the quant is taken as unsigned.
//
// Here a number becomes BF16 (8 bits of precision), which is more than its quant has. Two
// neighbouring numbers of a row are one lane of a tile's row (that is how AMX wants its right
// side).
//
// Source: ggml-cpu/amx/mmq.cpp of llama.cpp v0.5.0, pack_B.

#include <immintrin.h>

#include <cstdint>
#include <utility>

namespace corral::kernels {

using Bf16 = std::uint16_t;

constexpr int kRows = 16;   // of a tile, and rows of weights that are packed together
constexpr int kDepth = 32;  // numbers of one row in a tile
constexpr int kTile = 512;  // BF16 numbers in a tile

// What makes numbers of quants; a lane for each row.
struct Affine {
    __m512 scale;
    __m512 offset;
};

inline __m512 load_halves(const char* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

inline __m512i load(const char* from) {
    return _mm512_loadu_si512(from);
}

inline __m512i low_nibbles(__m512i bytes) {
    return _mm512_and_si512(bytes, _mm512_set1_epi8(0x0F));
}

// The dword of number `index` where two of them share one.
inline __m512i nibbles(const char* quants, int index) {
    const __m512i both = load(quants + index / 2 * 64);
    return low_nibbles(index % 2 == 0 ? both : _mm512_srli_epi16(both, 4));
}

// Bits that `mask` lets through of every byte, from bit `from` to bit `to`.
template <int from, int to>
__m512i move_bits(__m512i bytes, int mask) {
    const __m512i moved = from > to ? _mm512_srli_epi16(bytes, from > to ? from - to : 0)
                                    : _mm512_slli_epi16(bytes, from > to ? 0 : to - from);
    return _mm512_and_si512(moved, _mm512_set1_epi8(static_cast<char>(mask << to)));
}

// Each format: kFewestTokens, below which ggml's own product was seen to be faster; kLength numbers
// of a row in a block of kBytes, of which kGroup share a scale; dword(block, group, i): the quants
// 4 i to 4 i + 3 of the group; affine(block, group).

struct SmallBlocksOfNibbles {
    static constexpr int kFewestTokens = 16;
    static constexpr int kLength = 32;
    static constexpr int kGroup = 32;
    static constexpr int kQuants = kRows * 16;

    template <int i>
    static __m512i dword(const char* block, int) {
        return nibbles(block, i);
    }
};

struct Q4_0 : SmallBlocksOfNibbles {
    static constexpr int kBytes = kQuants + kRows * 2;

    static Affine affine(const char* block, int) {
        const __m512 scale = load_halves(block + kQuants);
        return {scale, _mm512_mul_ps(scale, _mm512_set1_ps(-8))};
    }
};

struct Q4_1 : SmallBlocksOfNibbles {
    static constexpr int kBytes = kQuants + kRows * 4;

    static Affine affine(const char* block, int) {
        return {load_halves(block + kQuants), load_halves(block + kQuants + kRows * 2)};
    }
};

struct Q8_0 {
    static constexpr int kFewestTokens = 32;
    static constexpr int kLength = 32;
    static constexpr int kGroup = 32;
    static constexpr int kQuants = kRows * 32;
    static constexpr int kBytes = kQuants + kRows * (2 + 4);  // ggml adds a sum of each row

    template <int i>
    static __m512i dword(const char* block, int) {
        return _mm512_xor_si512(load(block + i * 64), _mm512_set1_epi8(static_cast<char>(0x80)));
    }
    static Affine affine(const char* block, int) {
        const __m512 scale = load_halves(block + kQuants);
        return {scale, _mm512_mul_ps(scale, _mm512_set1_ps(-128))};
    }
};

// Scales and offsets of Q4_K and Q5_K: of each row and group a byte for either, of each row a half
// for either. The offsets of two groups lie next to each other.
inline Affine k_affine(const char* scales, int group) {
    const char* offsets = scales + 8 * kRows;
    const char* halves = offsets + 8 * kRows;
    const __m128i scale = _mm_loadu_si128(reinterpret_cast<const __m128i*>(scales + group * kRows));
    const __m256i pairs =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(offsets + group / 2 * 2 * kRows));
    const __m256i offset = group % 2 == 0 ? _mm256_and_si256(pairs, _mm256_set1_epi16(0xFF))
                                          : _mm256_srli_epi16(pairs, 8);
    const __m512 low = _mm512_mul_ps(load_halves(halves + 2 * kRows),
                                     _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(offset)));
    return {_mm512_mul_ps(load_halves(halves), _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(scale))),
            _mm512_sub_ps(_mm512_setzero_ps(), low)};
}

struct Q4_K {
    static constexpr int kFewestTokens = 16;
    static constexpr int kLength = 256;
    static constexpr int kGroup = 32;
    static constexpr int kQuants = kRows * 128;
    static constexpr int kBytes = kQuants + kRows * (8 + 8 + 4);

    template <int i>
    static __m512i dword(const char* block, int group) {
        return nibbles(block + group * 256, i);
    }
    static Affine affine(const char* block, int group) { return k_affine(block + kQuants, group); }
};

struct Q5_K {
    static constexpr int kFewestTokens = 16;
    static constexpr int kLength = 256;
    static constexpr int kGroup = 32;
    static constexpr int kQuants = kRows * 128;
    static constexpr int kHighBits = kRows * 32;
    static constexpr int kBytes = kQuants + kHighBits + kRows * (8 + 8 + 4);

    template <int i>
    static __m512i dword(const char* block, int group) {
        const __m512i high = load(block + kQuants + group * 64);  // a bit for each dword
        return _mm512_or_si512(nibbles(block + group * 256, i), move_bits<i, 4>(high, 1));
    }
    static Affine affine(const char* block, int group) {
        return k_affine(block + kQuants + kHighBits, group);
    }
};

struct Q6_K {
    static constexpr int kFewestTokens = 4;
    static constexpr int kLength = 256;
    static constexpr int kGroup = 16;
    static constexpr int kQuants = kRows * 128;
    static constexpr int kHighBits = kRows * 64;
    static constexpr int kBytes = kQuants + kHighBits + kRows * (16 + 2);

    template <int i>
    static __m512i dword(const char* block, int group) {
        const __m512i high = load(block + kQuants + group * 64);  // two bits for each dword
        return _mm512_or_si512(nibbles(block + group * 128, i), move_bits<2 * i, 4>(high, 3));
    }
    static Affine affine(const char* block, int group) {
        const char* scales = block + kQuants + kHighBits;
        const __m128i bytes =
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(scales + group * kRows));
        const __m512 scale = _mm512_mul_ps(load_halves(scales + 16 * kRows),
                                           _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes)));
        return {scale, _mm512_mul_ps(scale, _mm512_set1_ps(-32))};
    }
};

// Pairs of neighbours, as BF16.
inline __m512i pairs_of(__m512 first, __m512 second) {
    alignas(64) static constexpr std::uint16_t kInterleave[32] = {
        0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
        8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    return _mm512_permutexvar_epi16(_mm512_load_si512(kInterleave),
                                    reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second, first)));
}

// Numbers of one byte of each dword. The byte becomes the upper part of the mantissa of a number
// from 256 to 511, which `affine` is ready for.
template <int byte>
__m512 numbers_of(__m512i quants, const Affine& affine) {
    constexpr int kShift = 8 * byte - 15;  // to the right
    const __m512i moved = kShift > 0 ? _mm512_srli_epi32(quants, kShift > 0 ? kShift : 0)
                                     : _mm512_slli_epi32(quants, kShift > 0 ? 0 : -kShift);
    constexpr int kAndOr = 0xEA;
    const __m512i bits = _mm512_ternarylogic_epi32(moved, _mm512_set1_epi32(0xFF << 15),
                                                   _mm512_set1_epi32(0x43800000), kAndOr);
    return _mm512_fmadd_ps(_mm512_castsi512_ps(bits), affine.scale, affine.offset);
}

inline Affine from_256(const Affine& affine) {
    return {affine.scale, _mm512_fnmadd_ps(affine.scale, _mm512_set1_ps(256), affine.offset)};
}

// The two rows of a tile that a dword makes.
template <class Format, int i>
void unpack_dword(const char* block, int group, const Affine& affine, __m512i* to) {
    const __m512i quants = Format::template dword<i>(block, group);
    _mm512_store_si512(to + 2 * i,
                       pairs_of(numbers_of<0>(quants, affine), numbers_of<1>(quants, affine)));
    _mm512_store_si512(to + 2 * i + 1,
                       pairs_of(numbers_of<2>(quants, affine), numbers_of<3>(quants, affine)));
}

template <class Format, int... i>
void unpack_dwords(const char* block, int group, __m512i* to, std::integer_sequence<int, i...>) {
    const Affine affine = from_256(Format::affine(block, group));
    (unpack_dword<Format, i>(block, group, affine, to), ...);
}

// One tile, `step` tiles into the depth of 16 rows, whose blocks begin at `rows`. What will be
// wanted next lies `ahead` bytes further on.
template <class Format>
void unpack_tile(const char* rows, std::int64_t step, std::int64_t ahead, Bf16* tile) {
    constexpr int kStepsPerBlock = Format::kLength / kDepth;
    constexpr int kGroups = kDepth / Format::kGroup;  // in a tile
    const char* block = rows + step / kStepsPerBlock * Format::kBytes;
    const int first = static_cast<int>(step % kStepsPerBlock) * kGroups;
    constexpr int kShare = Format::kBytes / kStepsPerBlock;
    const char* next = block + step % kStepsPerBlock * kShare + ahead;
    for (int i = 0; i < kShare; i += 64) _mm_prefetch(next + i, _MM_HINT_T0);
    auto* to = reinterpret_cast<__m512i*>(tile);
    for (int group = 0; group < kGroups; ++group)
        unpack_dwords<Format>(block, first + group, to + group * Format::kGroup / 2,
                              std::make_integer_sequence<int, Format::kGroup / 4>());
}

}  // namespace corral::kernels
