// Products of F16 weights with many tokens, on x86-64 with AMX.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_backend_amx_mul_mat for F16 weights and kFewestTokens or more; all else goes to ggml's own.
//
// Why: ggml multiplies quantized weights on AMX, but F16 ones with plain vector instructions. AMX
// knows BF16 and no F16, and BF16 alone would lose three bits of each weight. So every number is
// split into two BF16 ones, high + low, which is exact for F16 and keeps 16 bits of F32. Three
// products are added up: high * high, high * low and low * high; the fourth is below F32's noise.
//
// Shapes (ggml's order, innermost first): weights [depth, n_rows] F16, tokens [depth, n_tokens]
// F32, result [n_rows, n_tokens] F32. depth and n_rows are multiples of 32.
//
// A tile holds 16 rows of 64 bytes. Of weights that is 16 rows with 32 numbers each; of tokens, 16
// pairs of numbers (that is how AMX wants its right side) of 16 tokens each; of sums, 16 rows with
// 16 tokens each.
//
// Threads: those of ggml's pool first split the tokens' numbers together, into ggml's work space;
// then each takes a range of the weights' rows, and writes disjoint parts of the result.

#if defined(__AMX_INT8__) && defined(__AVX512VNNI__)

#include "amx/mmq.h"
#include "ggml-cpu-impl.h"

// The names under which cmake/llama_hook.cmake has ggml's own functions compiled.
size_t ggml_backend_amx_desired_wsize_reference(const ggml_tensor* result);
void ggml_backend_amx_mul_mat_reference(const ggml_compute_params* params, ggml_tensor* result);

#if defined(__AVX512BF16__)

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace {

using Bf16 = std::uint16_t;

constexpr int kSide = 16;        // rows of a tile, and tokens in one
constexpr int kDepth = 32;       // numbers of one row or token in a tile
constexpr int kTile = 512;       // BF16 numbers in a tile
constexpr int kSums = 256;       // F32 numbers in a tile
constexpr int kTileStride = 64;  // bytes
constexpr int kBlock =
    2 * kSide;  // rows, and tokens, that are multiplied at once: all of AMX's tiles
constexpr int kFewestTokens = 16;  // below that, splitting the weights costs more than AMX saves

// What is used again soon stays in the caches: a block of weights (16 KiB) in the first, the tokens
// (256 KiB) and sums (512 KiB) in the second.
constexpr int kStepsAtOnce = 4;   // along the depth
constexpr int kBlocksAtOnce = 8;  // of rows
constexpr int kTokensAtOnce = 512;

struct alignas(64) TileConfig {
    std::uint8_t palette = 1;
    std::uint8_t start_row = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t bytes_per_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
constexpr TileConfig kAllTilesFull;

// ggml sets a thread's tiles up once and for all: they are given back as they were.
class TileSetup {
public:
    TileSetup() {
        _tile_storeconfig(&before_);
        _tile_loadconfig(&kAllTilesFull);
    }
    ~TileSetup() {
        std::atomic_signal_fence(std::memory_order_seq_cst);
        if (before_.palette == 0)
            _tile_release();
        else
            _tile_loadconfig(&before_);
    }
    TileSetup(const TileSetup&) = delete;
    TileSetup& operator=(const TileSetup&) = delete;

private:
    TileConfig before_;
};

__m512 widen(__m256i bf16) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bf16), 16));
}

struct Split {
    __m512i high;  // 32 BF16 numbers each
    __m512i low;
};

Split split(__m512 first, __m512 second) {
    const __m512i high = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second, first));
    const __m512 first_rest = _mm512_sub_ps(first, widen(_mm512_castsi512_si256(high)));
    const __m512 second_rest = _mm512_sub_ps(second, widen(_mm512_extracti64x4_epi64(high, 1)));
    return {high, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second_rest, first_rest))};
}

// Exchanges rows and columns of 16 x 16 numbers of 32 bits, in groups of 1, 2, 4 and 8.
void transpose(__m512i (&rows)[kSide]) {
    __m512i other[kSide];
    for (int i = 0; i < kSide; i += 2) {
        other[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        other[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < kSide; i += 4) {
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

// What all threads of one call share.
struct Call {
    const ggml_fp16_t* weights;
    const float* tokens;
    float* result;
    std::int64_t n_rows;
    std::int64_t n_tokens;
    std::int64_t result_stride;  // numbers from one token to the next
    std::int64_t n_steps;        // tiles along the depth
    Bf16* token_tiles;           // [tile of 16 tokens][step][high, low]

    std::int64_t depth() const { return n_steps * kDepth; }
    std::int64_t n_token_tiles() const { return (n_tokens + kBlock - 1) / kBlock * 2; }
    Bf16* tiles_of(std::int64_t token_tile, std::int64_t step) const {
        return token_tiles + (token_tile * n_steps + step) * 2 * kTile;
    }
};

void split_tokens(const Call& call, std::int64_t token_tile, std::int64_t step) {
    __m512i high[kSide];
    __m512i low[kSide];
    for (int i = 0; i < kSide; ++i) {
        const std::int64_t token = token_tile * kSide + i;
        Split numbers{_mm512_setzero_si512(), _mm512_setzero_si512()};
        if (token < call.n_tokens) {
            const float* from = call.tokens + token * call.depth() + step * kDepth;
            numbers = split(_mm512_loadu_ps(from), _mm512_loadu_ps(from + 16));
        }
        high[i] = numbers.high;
        low[i] = numbers.low;
    }
    transpose(high);
    transpose(low);
    auto* to = reinterpret_cast<__m512i*>(call.tiles_of(token_tile, step));
    for (int i = 0; i < kSide; ++i) {
        _mm512_store_si512(to + i, high[i]);
        _mm512_store_si512(to + kSide + i, low[i]);
    }
}

// The tiles of one block of weights: [step][high of 16 rows, of 16 more, low of 16 rows, of 16
// more].
void split_weights(const Call& call, std::int64_t first_row, std::int64_t first_step, int n_steps,
                   Bf16* tiles) {
    for (int row = 0; row < kBlock; ++row) {
        const ggml_fp16_t* from =
            call.weights + (first_row + row) * call.depth() + first_step * kDepth;
        auto* to = reinterpret_cast<__m512i*>(tiles) + row;
        for (int step = 0; step < n_steps; ++step, from += kDepth, to += 4 * kSide) {
            const auto* halves = reinterpret_cast<const __m256i*>(from);
            const Split numbers = split(_mm512_cvtph_ps(_mm256_loadu_si256(halves)),
                                        _mm512_cvtph_ps(_mm256_loadu_si256(halves + 1)));
            _mm512_store_si512(to, numbers.high);
            _mm512_store_si512(to + kBlock, numbers.low);
        }
    }
}

// Adds the product of a block of weights with two tiles of tokens to four tiles of sums.
__attribute__((target("amx-bf16"), noinline)) void multiply(const Bf16* weights,
                                                            const Bf16* some_tokens,
                                                            const Bf16* more_tokens, int n_steps,
                                                            bool is_first, float* sums) {
    std::atomic_signal_fence(std::memory_order_seq_cst);  // GCC 12 does not see that tiles are read
    if (is_first) {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    } else {
        _tile_loadd(0, sums, kTileStride);
        _tile_loadd(1, sums + kSums, kTileStride);
        _tile_loadd(2, sums + 2 * kSums, kTileStride);
        _tile_loadd(3, sums + 3 * kSums, kTileStride);
    }
    for (int step = 0; step < n_steps; ++step) {
        _tile_loadd(4, weights, kTileStride);
        _tile_loadd(5, weights + kTile, kTileStride);
        _tile_loadd(6, some_tokens + kTile, kTileStride);
        _tile_loadd(7, more_tokens + kTile, kTileStride);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        _tile_loadd(6, some_tokens, kTileStride);
        _tile_loadd(7, more_tokens, kTileStride);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        _tile_loadd(4, weights + 2 * kTile, kTileStride);
        _tile_loadd(5, weights + 3 * kTile, kTileStride);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        weights += 4 * kTile;
        some_tokens += 2 * kTile;
        more_tokens += 2 * kTile;
    }
    _tile_stored(0, sums, kTileStride);
    _tile_stored(1, sums + kSums, kTileStride);
    _tile_stored(2, sums + 2 * kSums, kTileStride);
    _tile_stored(3, sums + 3 * kSums, kTileStride);
}

void write_result(const Call& call, const float* sums, std::int64_t first_row,
                  std::int64_t first_token) {
    __m512i rows[kSide];
    for (int i = 0; i < kSide; ++i) rows[i] = _mm512_load_si512(sums + i * kSide);
    transpose(rows);
    const auto n = std::min<std::int64_t>(kSide, call.n_tokens - first_token);
    float* to = call.result + first_token * call.result_stride + first_row;
    for (std::int64_t i = 0; i < n; ++i, to += call.result_stride) _mm512_storeu_si512(to, rows[i]);
}

// Some blocks of rows with some blocks of tokens.
class Part {
public:
    Part(const Call& call, std::int64_t first_block, std::int64_t n_blocks,
         std::int64_t first_token_block, std::int64_t n_token_blocks)
        : call_(call),
          first_block_(first_block),
          n_blocks_(n_blocks),
          first_token_block_(first_token_block),
          n_token_blocks_(n_token_blocks) {}

    void compute() {
        thread_local std::vector<Tile> weights(4 * kStepsAtOnce);
        thread_local std::vector<Tile> sums;
        sums.resize(static_cast<std::size_t>(4 * n_blocks_ * n_token_blocks_));
        weights_ = weights.front().bf16;
        sums_ = sums.front().f32;
        for (std::int64_t step = 0; step < call_.n_steps; step += kStepsAtOnce) add_steps(step);
        for (std::int64_t block = 0; block < n_blocks_; ++block)
            for (std::int64_t tokens = 0; tokens < n_token_blocks_; ++tokens) write(block, tokens);
    }

private:
    union alignas(64) Tile {
        Bf16 bf16[kTile];
        float f32[kSums];
    };

    void add_steps(std::int64_t first_step) {
        const auto n =
            static_cast<int>(std::min<std::int64_t>(kStepsAtOnce, call_.n_steps - first_step));
        for (std::int64_t block = 0; block < n_blocks_; ++block) {
            split_weights(call_, (first_block_ + block) * kBlock, first_step, n, weights_);
            for (std::int64_t tokens = 0; tokens < n_token_blocks_; ++tokens) {
                const std::int64_t token_tile = 2 * (first_token_block_ + tokens);
                multiply(weights_, call_.tiles_of(token_tile, first_step),
                         call_.tiles_of(token_tile + 1, first_step), n, first_step == 0,
                         sums_of(block, tokens));
            }
        }
    }

    float* sums_of(std::int64_t block, std::int64_t tokens) const {
        return sums_ + (block * n_token_blocks_ + tokens) * 4 * kSums;
    }

    void write(std::int64_t block, std::int64_t tokens) const {
        for (int i = 0; i < 4; ++i) {
            const std::int64_t first_token = (first_token_block_ + tokens) * kBlock + i % 2 * kSide;
            if (first_token >= call_.n_tokens) continue;
            write_result(call_, sums_of(block, tokens) + i * kSums,
                         (first_block_ + block) * kBlock + i / 2 * kSide, first_token);
        }
    }

    const Call& call_;
    std::int64_t first_block_;
    std::int64_t n_blocks_;
    std::int64_t first_token_block_;
    std::int64_t n_token_blocks_;
    Bf16* weights_ = nullptr;
    float* sums_ = nullptr;
};

void multiply_rows(const Call& call, std::int64_t first_block, std::int64_t end_block) {
    const TileSetup tiles;
    constexpr int kTokenBlocksAtOnce = kTokensAtOnce / kBlock;
    const std::int64_t n_token_blocks = call.n_token_tiles() / 2;
    for (std::int64_t tokens = 0; tokens < n_token_blocks; tokens += kTokenBlocksAtOnce)
        for (std::int64_t block = first_block; block < end_block; block += kBlocksAtOnce)
            Part(call, block, std::min<std::int64_t>(kBlocksAtOnce, end_block - block), tokens,
                 std::min<std::int64_t>(kTokenBlocksAtOnce, n_token_blocks - tokens))
                .compute();
}

bool can_compute(const ggml_tensor* result) {
    const ggml_tensor* weights = result->src[0];
    return weights->type == GGML_TYPE_F16 && result->ne[1] >= kFewestTokens &&
           result->ne[2] * result->ne[3] == 1 && weights->ne[0] % kDepth == 0 &&
           weights->ne[1] % kBlock == 0;
}

Call call_of(const ggml_tensor* result, void* work_space) {
    const auto address = reinterpret_cast<std::uintptr_t>(work_space);
    return {static_cast<const ggml_fp16_t*>(result->src[0]->data),
            static_cast<const float*>(result->src[1]->data),
            static_cast<float*>(result->data),
            result->ne[0],
            result->ne[1],
            static_cast<std::int64_t>(result->nb[1] / sizeof(float)),
            result->src[0]->ne[0] / kDepth,
            reinterpret_cast<Bf16*>((address + 63) / 64 * 64)};
}

// The part of n that is this thread's.
std::pair<std::int64_t, std::int64_t> share(const ggml_compute_params* params, std::int64_t n) {
    return {n * params->ith / params->nth, n * (params->ith + 1) / params->nth};
}

}  // namespace

size_t ggml_backend_amx_desired_wsize(const ggml_tensor* result) {
    if (!can_compute(result)) return ggml_backend_amx_desired_wsize_reference(result);
    const Call call = call_of(result, nullptr);
    return static_cast<size_t>(call.n_token_tiles() * call.n_steps) * 2 * kTile * sizeof(Bf16) + 64;
}

void ggml_backend_amx_mul_mat(const ggml_compute_params* params, ggml_tensor* result) {
    if (!can_compute(result)) return ggml_backend_amx_mul_mat_reference(params, result);
    const Call call = call_of(result, params->wdata);
    const auto [first_tile, end_tile] = share(params, call.n_token_tiles() * call.n_steps);
    for (std::int64_t tile = first_tile; tile < end_tile; ++tile)
        split_tokens(call, tile / call.n_steps, tile % call.n_steps);
    ggml_barrier(params->threadpool);
    const auto [first_block, end_block] = share(params, call.n_rows / kBlock);
    multiply_rows(call, first_block, end_block);
}

#else

size_t ggml_backend_amx_desired_wsize(const ggml_tensor* result) {
    return ggml_backend_amx_desired_wsize_reference(result);
}

void ggml_backend_amx_mul_mat(const ggml_compute_params* params, ggml_tensor* result) {
    ggml_backend_amx_mul_mat_reference(params, result);
}

#endif

#endif
