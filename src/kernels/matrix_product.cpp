// Products of weights with many tokens, on x86-64 with AMX.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_backend_amx_mul_mat for F16 and most quantized weights unless the tokens are few; all else
// goes to ggml's own.
//
// Why: ggml multiplies quantized weights on AMX as integers, and then has to scale every sum of 32
// products; and it unpacks all weights anew for every 32 tokens. F16 weights it multiplies with
// plain vector instructions. Here all weights become BF16 numbers, scale included, once for all
// tokens, and AMX does all the rest.
//
// Precision: a quantized weight and a token's number each become one BF16 number, rounded to 8 bits
// (ggml rounds tokens to 8 bits of the largest in 32 or 256). F16 weights keep every bit: each
// number is split into two, high + low, which is exact for F16 and keeps 16 bits of F32. Three
// products are added up: high * high, high * low and low * high; the fourth is below F32's noise.
//
// Shapes (ggml's order, innermost first): weights [depth, n_rows], tokens [depth, n_tokens] F32,
// result [n_rows, n_tokens] F32. n_rows is a multiple of 32, depth of 32 or of the format's block.
//
// A tile holds 16 rows of 64 bytes. Of tokens that is 16 tokens with 32 numbers each; of weights,
// 16 pairs of numbers (that is how AMX wants its right side) of 16 rows each; of sums, 16 tokens
// with 16 rows each.
//
// Threads: those of ggml's pool first round the tokens' numbers together, into ggml's work space;
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

#include "packed_weights.h"

namespace {

using namespace corral::kernels;

constexpr int kSums = 256;         // F32 numbers in a tile
constexpr int kTileStride = 64;    // bytes
constexpr int kBlock = 2 * kRows;  // rows, and tokens, multiplied at once: all of AMX's tiles

// What is used again soon stays in the caches: a block of weights (16 KiB) in the first, the tokens
// (256 KiB) and sums (512 KiB) in the second.
constexpr int kWeightTilesAtOnce = 16;  // along the depth
constexpr int kBlocksAtOnce = 8;        // of rows
constexpr int kTokensAtOnce = 512;
constexpr std::int64_t kFewTokenBytes = 1 << 19;

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
void transpose(__m512i (&rows)[kRows]) {
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

// What all threads of one call share.
struct Call {
    const void* weights;
    const float* tokens;
    float* result;
    std::int64_t n_rows;
    std::int64_t n_tokens;
    std::int64_t result_stride;  // numbers from one token to the next
    std::int64_t n_steps;        // tiles along the depth
    std::int64_t n_parts;        // BF16 numbers for each of a token's
    Bf16* token_tiles;           // [tile of 16 tokens][step][part]

    std::int64_t depth() const { return n_steps * kDepth; }
    std::int64_t n_token_tiles() const { return (n_tokens + kBlock - 1) / kBlock * 2; }
    std::int64_t token_bytes() const {
        return n_token_tiles() * n_steps * n_parts * kTile * std::int64_t{sizeof(Bf16)};
    }
    Bf16* tiles_of(std::int64_t token_tile, std::int64_t step) const {
        return token_tiles + (token_tile * n_steps + step) * n_parts * kTile;
    }
};

// Rounds 32 numbers of 16 tokens: tiles [high] or [high, low].
template <int kParts>
void round_tokens(const Call& call, std::int64_t token_tile, std::int64_t step) {
    auto* to = reinterpret_cast<__m512i*>(call.tiles_of(token_tile, step));
    for (int i = 0; i < kRows; ++i) {
        const std::int64_t token = token_tile * kRows + i;
        Split numbers{_mm512_setzero_si512(), _mm512_setzero_si512()};
        if (token < call.n_tokens) {
            const float* from = call.tokens + token * call.depth() + step * kDepth;
            numbers = split(_mm512_loadu_ps(from), _mm512_loadu_ps(from + 16));
        }
        _mm512_store_si512(to + i, numbers.high);
        if constexpr (kParts == 2) _mm512_store_si512(to + kRows + i, numbers.low);
    }
}

// F16 weights, which ggml leaves as they are.
struct HalfWeights {
    static constexpr int kParts = 2;
    static constexpr int kLength = kDepth;
    static constexpr int kFewestTokens =
        16;  // below that, splitting them costs more than AMX saves

    static void unpack(const Call& call, std::int64_t first_row, std::int64_t step, Bf16* tiles) {
        const auto* from = static_cast<const ggml_fp16_t*>(call.weights) +
                           first_row * call.depth() + step * kDepth;
        __m512i high[kRows];
        __m512i low[kRows];
        for (int i = 0; i < kRows; ++i, from += call.depth()) {
            const auto* halves = reinterpret_cast<const __m256i*>(from);
            const Split numbers = split(_mm512_cvtph_ps(_mm256_loadu_si256(halves)),
                                        _mm512_cvtph_ps(_mm256_loadu_si256(halves + 1)));
            high[i] = numbers.high;
            low[i] = numbers.low;
        }
        transpose(high);
        transpose(low);
        auto* to = reinterpret_cast<__m512i*>(tiles);
        for (int i = 0; i < kRows; ++i) {
            _mm512_store_si512(to + i, high[i]);
            _mm512_store_si512(to + 2 * kRows + i, low[i]);
        }
    }
};

template <class Format>
struct QuantizedWeights {
    static constexpr int kParts = 1;
    static constexpr int kLength = Format::kLength;
    static constexpr int kFewestTokens = Format::kFewestTokens;

    static void unpack(const Call& call, std::int64_t first_row, std::int64_t step, Bf16* tile) {
        constexpr std::int64_t kAhead = kWeightTilesAtOnce / 2 * kDepth / kLength * Format::kBytes;
        const std::int64_t row_bytes = call.depth() / kLength * Format::kBytes;  // of 16 rows
        unpack_tile<Format>(static_cast<const char*>(call.weights) + first_row / kRows * row_bytes,
                            step, kAhead, tile);
    }
};

// Adds the product of a block of weights with two tiles of tokens to four tiles of sums.
template <int kParts>
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
        _tile_loadd(4, some_tokens, kTileStride);
        _tile_loadd(5, more_tokens, kTileStride);
        if constexpr (kParts == 2) {
            _tile_loadd(6, weights + 2 * kTile, kTileStride);
            _tile_loadd(7, weights + 3 * kTile, kTileStride);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
        _tile_loadd(6, weights, kTileStride);
        _tile_loadd(7, weights + kTile, kTileStride);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        if constexpr (kParts == 2) {
            _tile_loadd(4, some_tokens + kTile, kTileStride);
            _tile_loadd(5, more_tokens + kTile, kTileStride);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
        weights += 2 * kParts * kTile;
        some_tokens += kParts * kTile;
        more_tokens += kParts * kTile;
    }
    _tile_stored(0, sums, kTileStride);
    _tile_stored(1, sums + kSums, kTileStride);
    _tile_stored(2, sums + 2 * kSums, kTileStride);
    _tile_stored(3, sums + 3 * kSums, kTileStride);
}

// Some blocks of rows with some blocks of tokens.
template <class Weights>
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
        thread_local std::vector<Tile> weights(2 * kWeightTilesAtOnce);
        thread_local std::vector<Tile> sums;
        sums.resize(static_cast<std::size_t>(4 * n_blocks_ * n_token_blocks_));
        weights_ = weights.front().bf16;
        sums_ = sums.front().f32;
        for (std::int64_t step = 0; step < call_.n_steps; step += kStepsAtOnce) add_steps(step);
        for (std::int64_t block = 0; block < n_blocks_; ++block)
            for (std::int64_t tokens = 0; tokens < n_token_blocks_; ++tokens) write(block, tokens);
    }

private:
    static constexpr int kParts = Weights::kParts;
    static constexpr int kStepsAtOnce = kWeightTilesAtOnce / 2 / kParts;

    union alignas(64) Tile {
        Bf16 bf16[kTile];
        float f32[kSums];
    };

    void add_steps(std::int64_t first_step) {
        const auto n =
            static_cast<int>(std::min<std::int64_t>(kStepsAtOnce, call_.n_steps - first_step));
        for (std::int64_t block = 0; block < n_blocks_; ++block) {
            unpack_weights((first_block_ + block) * kBlock, first_step, n);
            for (std::int64_t tokens = 0; tokens < n_token_blocks_; ++tokens) {
                const std::int64_t token_tile = 2 * (first_token_block_ + tokens);
                multiply<kParts>(weights_, call_.tiles_of(token_tile, first_step),
                                 call_.tiles_of(token_tile + 1, first_step), n, first_step == 0,
                                 sums_of(block, tokens));
            }
        }
    }

    // Tiles [step][part][half of the rows].
    void unpack_weights(std::int64_t first_row, std::int64_t first_step, int n_steps) const {
        for (int half = 0; half < 2; ++half)
            for (int step = 0; step < n_steps; ++step)
                Weights::unpack(call_, first_row + half * kRows, first_step + step,
                                weights_ + (2 * kParts * step + half) * kTile);
    }

    float* sums_of(std::int64_t block, std::int64_t tokens) const {
        return sums_ + (block * n_token_blocks_ + tokens) * 4 * kSums;
    }

    void write(std::int64_t block, std::int64_t tokens) const {
        const float* sums = sums_of(block, tokens);
        const std::int64_t first = (first_token_block_ + tokens) * kBlock;
        const auto n = static_cast<int>(std::min<std::int64_t>(kBlock, call_.n_tokens - first));
        float* to = call_.result + first * call_.result_stride + (first_block_ + block) * kBlock;
        for (int i = 0; i < n; ++i, to += call_.result_stride) {
            const float* row = sums + i / kRows * 2 * kSums + i % kRows * kRows;
            _mm512_storeu_ps(to, _mm512_load_ps(row));
            _mm512_storeu_ps(to + kRows, _mm512_load_ps(row + kSums));
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

template <class Weights>
void multiply_rows(const Call& call, std::int64_t first_block, std::int64_t end_block) {
    const TileSetup tiles;
    constexpr int kTokenBlocksAtOnce = kTokensAtOnce / kBlock;
    const std::int64_t n_token_blocks = call.n_token_tiles() / 2;
    const std::int64_t n_blocks = call.token_bytes() > kFewTokenBytes ? kBlocksAtOnce : 1;
    for (std::int64_t tokens = 0; tokens < n_token_blocks; tokens += kTokenBlocksAtOnce)
        for (std::int64_t block = first_block; block < end_block; block += n_blocks)
            Part<Weights>(call, block, std::min<std::int64_t>(n_blocks, end_block - block), tokens,
                          std::min<std::int64_t>(kTokenBlocksAtOnce, n_token_blocks - tokens))
                .compute();
}

// Calls `act` with the kind of weights of a type; gives what it gives, or `otherwise`.
template <class Result, class Act>
Result with_weights(ggml_type type, Result otherwise, Act act) {
    switch (type) {
        case GGML_TYPE_F16:
            return act(HalfWeights());
        case GGML_TYPE_Q4_0:
            return act(QuantizedWeights<Q4_0>());
        case GGML_TYPE_Q4_1:
            return act(QuantizedWeights<Q4_1>());
        case GGML_TYPE_Q8_0:
            return act(QuantizedWeights<Q8_0>());
        case GGML_TYPE_Q4_K:
            return act(QuantizedWeights<Q4_K>());
        case GGML_TYPE_Q5_K:
            return act(QuantizedWeights<Q5_K>());
        case GGML_TYPE_Q6_K:
            return act(QuantizedWeights<Q6_K>());
        default:
            return otherwise;
    }
}

bool can_compute(const ggml_tensor* result) {
    const ggml_tensor* weights = result->src[0];
    return with_weights(weights->type, false, [&](auto kind) {
        return result->ne[1] >= kind.kFewestTokens && result->ne[2] * result->ne[3] == 1 &&
               weights->ne[0] % kind.kLength == 0 && weights->ne[1] % kBlock == 0;
    });
}

Call call_of(const ggml_tensor* result, void* work_space) {
    const auto address = reinterpret_cast<std::uintptr_t>(work_space);
    const ggml_tensor* weights = result->src[0];
    return {weights->data,
            static_cast<const float*>(result->src[1]->data),
            static_cast<float*>(result->data),
            result->ne[0],
            result->ne[1],
            static_cast<std::int64_t>(result->nb[1] / sizeof(float)),
            weights->ne[0] / kDepth,
            with_weights(weights->type, 0, [](auto kind) { return kind.kParts; }),
            reinterpret_cast<Bf16*>((address + 63) / 64 * 64)};
}

// The part of n that is this thread's.
std::pair<std::int64_t, std::int64_t> share(const ggml_compute_params* params, std::int64_t n) {
    return {n * params->ith / params->nth, n * (params->ith + 1) / params->nth};
}

template <class Weights>
void compute(const ggml_compute_params* params, const Call& call) {
    const auto [first_tile, end_tile] = share(params, call.n_token_tiles() * call.n_steps);
    for (std::int64_t tile = first_tile; tile < end_tile; ++tile)
        round_tokens<Weights::kParts>(call, tile / call.n_steps, tile % call.n_steps);
    ggml_barrier(params->threadpool);
    const auto [first_block, end_block] = share(params, call.n_rows / kBlock);
    multiply_rows<Weights>(call, first_block, end_block);
}

}  // namespace

size_t ggml_backend_amx_desired_wsize(const ggml_tensor* result) {
    if (!can_compute(result)) return ggml_backend_amx_desired_wsize_reference(result);
    return static_cast<size_t>(call_of(result, nullptr).token_bytes()) + 64;
}

void ggml_backend_amx_mul_mat(const ggml_compute_params* params, ggml_tensor* result) {
    if (!can_compute(result)) return ggml_backend_amx_mul_mat_reference(params, result);
    with_weights(result->src[0]->type, false, [&](auto kind) {
        compute<decltype(kind)>(params, call_of(result, params->wdata));
        return true;
    });
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
