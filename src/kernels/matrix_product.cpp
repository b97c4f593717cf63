// Products of weights with many tokens, on x86-64 with AMX.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_backend_amx_mul_mat for F16 weights, and for most quantized ones unless the tokens are few;
// all else goes to ggml's own.
//
// Why: ggml multiplies quantized weights on AMX as integers, and then has to scale every sum of 32
// products; and it unpacks all weights anew for every 32 tokens. F16 weights it multiplies with
// plain vector instructions. Here all weights become BF16 numbers, scale included, once for
// hundreds of tokens, and AMX does all the rest. What the graph does next to a product (finish.h)
// is done while its numbers are still at hand.
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
// then each takes some rows of the weights for some of the tokens (multiply_share), and writes
// disjoint parts of the result.

#include "finish.h"

#if defined(__AMX_INT8__) && defined(__AVX512VNNI__)

#include "amx/amx.h"
#include "amx/mmq.h"
#include "ggml-backend-impl.h"
#include "ggml-cpu-impl.h"

// The names under which cmake/llama_hook.cmake has ggml's own functions compiled.
size_t ggml_backend_amx_desired_wsize_reference(const ggml_tensor* result);
void ggml_backend_amx_mul_mat_reference(const ggml_compute_params* params, ggml_tensor* result);

#if defined(__AVX512BF16__)

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "gelu.h"
#include "half_weights.h"
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

// What all threads of one call share.
struct Call {
    const void* weights;
    const float* tokens;
    float* result;
    std::int64_t n_rows;
    std::int64_t n_tokens;
    std::int64_t n_steps;  // tiles along the depth
    std::int64_t n_parts;  // BF16 numbers for each of a token's
    Finish finish;
    Bf16* token_tiles;  // [tile of 16 tokens][step][part]

    std::int64_t depth() const { return n_steps * kDepth; }
    std::int64_t n_row_blocks() const { return n_rows / kBlock; }
    std::int64_t n_token_blocks() const { return (n_tokens + kBlock - 1) / kBlock; }
    std::int64_t n_token_tiles() const { return 2 * n_token_blocks(); }
    std::int64_t bytes_of(std::int64_t n_tiles) const {
        return n_tiles * n_steps * n_parts * kTile * std::int64_t{sizeof(Bf16)};
    }
    Bf16* tiles_of(std::int64_t token_tile, std::int64_t step) const {
        return token_tiles + (token_tile * n_steps + step) * n_parts * kTile;
    }
};

struct Range {
    std::int64_t begin;
    std::int64_t end;

    std::int64_t size() const { return end - begin; }
};

// Writes the numbers of 16 rows for a token.
inline void finish(const Call& call, std::int64_t token, std::int64_t first_row, __m512 sums) {
    const std::int64_t place = token * call.n_rows + first_row;
    if (call.finish.bias != nullptr)
        sums = _mm512_add_ps(sums, _mm512_loadu_ps(call.finish.bias + first_row));
    if (call.finish.gelu) sums = gelu(sums);
    if (call.finish.addend != nullptr)
        sums = _mm512_add_ps(sums, _mm512_loadu_ps(call.finish.addend + place));
    _mm512_storeu_ps(call.result + place, sums);
}

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

// F16 weights, as weight_buffer.cpp packs them.
struct HalfWeights {
    static constexpr int kParts = 2;
    static constexpr int kFewestTokens = 8;  // below that AMX saves nothing
    static constexpr int kFewestInStripe = 128;

    // Nobody else can read what is packed, however few the tokens are.
    static bool can_multiply(const ggml_tensor* result) { return is_packed_half(result->src[0]); }

    static void unpack(const Call& call, std::int64_t first_row, std::int64_t step, Bf16* tiles) {
        const auto* from =
            static_cast<const ggml_fp16_t*>(call.weights) + first_row * call.depth() + step * kTile;
        unpack_halves(from, tiles, tiles + 2 * kTile);
    }
};

template <class Format>
struct QuantizedWeights {
    static constexpr int kParts = 1;
    static constexpr int kLength = Format::kLength;
    static constexpr int kFewestInStripe = 512;

    static bool can_multiply(const ggml_tensor* result) {
        const ggml_tensor* weights = result->src[0];
        return result->ne[1] >= Format::kFewestTokens && result->ne[2] * result->ne[3] == 1 &&
               weights->ne[0] % kLength == 0 && weights->ne[1] % kBlock == 0;
    }

    static void unpack(const Call& call, std::int64_t first_row, std::int64_t step, Bf16* tile) {
        constexpr std::int64_t kAhead = kWeightTilesAtOnce / 2 * kDepth / kLength * Format::kBytes;
        const std::int64_t row_bytes = call.depth() / kLength * Format::kBytes;  // of 16 rows
        unpack_tile<Format>(static_cast<const char*>(call.weights) + first_row / kRows * row_bytes,
                            step, kAhead, tile);
    }
};

// Of the tiles of tokens, 4 and 5, with those of weights, 6 and 7. A macro, since tiles are no
// values.
#define CORRAL_ADD_PRODUCTS(both) \
    _tile_dpbf16ps(0, 4, 6);      \
    _tile_dpbf16ps(1, 4, 7);      \
    if constexpr (both) {         \
        _tile_dpbf16ps(2, 5, 6);  \
        _tile_dpbf16ps(3, 5, 7);  \
    }

// Adds the product of a block of weights with two tiles of tokens to four tiles of sums; or with
// one, which takes half of the time.
template <int kParts, int kTokenTiles>
__attribute__((target("amx-bf16"), noinline)) void multiply(const Bf16* weights,
                                                            const Bf16* some_tokens,
                                                            const Bf16* more_tokens, int n_steps,
                                                            bool is_first, float* sums) {
    constexpr bool kBoth = kTokenTiles == 2;
    std::atomic_signal_fence(std::memory_order_seq_cst);  // GCC 12 does not see that tiles are read
    if (is_first) {
        _tile_zero(0);
        _tile_zero(1);
        if constexpr (kBoth) {
            _tile_zero(2);
            _tile_zero(3);
        }
    } else {
        _tile_loadd(0, sums, kTileStride);
        _tile_loadd(1, sums + kSums, kTileStride);
        if constexpr (kBoth) {
            _tile_loadd(2, sums + 2 * kSums, kTileStride);
            _tile_loadd(3, sums + 3 * kSums, kTileStride);
        }
    }
    for (int step = 0; step < n_steps; ++step) {
        _tile_loadd(4, some_tokens, kTileStride);
        if constexpr (kBoth) _tile_loadd(5, more_tokens, kTileStride);
        if constexpr (kParts == 2) {
            _tile_loadd(6, weights + 2 * kTile, kTileStride);
            _tile_loadd(7, weights + 3 * kTile, kTileStride);
            CORRAL_ADD_PRODUCTS(kBoth);
        }
        _tile_loadd(6, weights, kTileStride);
        _tile_loadd(7, weights + kTile, kTileStride);
        CORRAL_ADD_PRODUCTS(kBoth);
        if constexpr (kParts == 2) {
            _tile_loadd(4, some_tokens + kTile, kTileStride);
            if constexpr (kBoth) _tile_loadd(5, more_tokens + kTile, kTileStride);
            CORRAL_ADD_PRODUCTS(kBoth);
        }
        weights += 2 * kParts * kTile;
        some_tokens += kParts * kTile;
        more_tokens += kParts * kTile;
    }
    _tile_stored(0, sums, kTileStride);
    _tile_stored(1, sums + kSums, kTileStride);
    if constexpr (kBoth) {
        _tile_stored(2, sums + 2 * kSums, kTileStride);
        _tile_stored(3, sums + 3 * kSums, kTileStride);
    }
}

// Some blocks of rows with some blocks of tokens.
template <class Weights>
class Part {
public:
    Part(const Call& call, Range blocks, Range token_blocks)
        : call_(call), blocks_(blocks), token_blocks_(token_blocks) {}

    void compute() {
        thread_local std::vector<Tile> weights(2 * kWeightTilesAtOnce);
        thread_local std::vector<Tile> sums;
        sums.resize(static_cast<std::size_t>(4 * blocks_.size() * token_blocks_.size()));
        weights_ = weights.front().bf16;
        sums_ = sums.front().f32;
        for (std::int64_t step = 0; step < call_.n_steps; step += kStepsAtOnce) add_steps(step);
    }

private:
    static constexpr int kParts = Weights::kParts;
    static constexpr int kStepsAtOnce = kWeightTilesAtOnce / 2 / kParts;

    union alignas(64) Tile {
        Bf16 bf16[kTile];
        float f32[kSums];
    };

    void add_steps(std::int64_t first_step) {
        const std::int64_t n_left = call_.n_steps - first_step;
        const auto n = static_cast<int>(std::min<std::int64_t>(kStepsAtOnce, n_left));
        for (std::int64_t block = blocks_.begin; block < blocks_.end; ++block) {
            unpack_weights(block * kBlock, first_step, n);
            for (std::int64_t tokens = token_blocks_.begin; tokens < token_blocks_.end; ++tokens) {
                float* sums = sums_of(block, tokens);
                const bool fills_one_tile = call_.n_tokens - tokens * kBlock <= kRows;
                (fills_one_tile ? multiply<kParts, 1>
                                : multiply<kParts, 2>)(weights_,
                                                       call_.tiles_of(2 * tokens, first_step),
                                                       call_.tiles_of(2 * tokens + 1, first_step),
                                                       n, first_step == 0, sums);
                if (n == n_left) write(block, tokens, sums);
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
        const std::int64_t row = (block - blocks_.begin) * token_blocks_.size();
        return sums_ + (row + tokens - token_blocks_.begin) * 4 * kSums;
    }

    void write(std::int64_t block, std::int64_t tokens, const float* sums) const {
        const std::int64_t end = std::min(call_.n_tokens, (tokens + 1) * kBlock);
        for (std::int64_t token = tokens * kBlock; token < end; ++token, sums += kRows) {
            if (token % kBlock == kRows) sums += kSums;
            finish(call_, token, block * kBlock, _mm512_load_ps(sums));
            finish(call_, token, block * kBlock + kRows, _mm512_load_ps(sums + kSums));
        }
    }

    const Call& call_;
    Range blocks_;
    Range token_blocks_;
    Bf16* weights_ = nullptr;
    float* sums_ = nullptr;
};

// The part of n that is this thread's.
Range share(const ggml_compute_params* params, std::int64_t n) {
    return {n * params->ith / params->nth, n * (params->ith + 1) / params->nth};
}

template <class Weights>
void multiply_rows(const Call& call, Range blocks, Range token_blocks) {
    const std::int64_t bytes = call.bytes_of(2 * token_blocks.size());
    const std::int64_t n_blocks = bytes > kFewTokenBytes ? kBlocksAtOnce : 1;
    for (std::int64_t block = blocks.begin; block < blocks.end; block += n_blocks)
        Part<Weights>(call, {block, std::min(blocks.end, block + n_blocks)}, token_blocks)
            .compute();
}

// The tokens fall into stripes, of about equal width; each has all rows. Threads take equal shares
// of the area, along the first stripe, then along the next, so that where there are tokens enough a
// thread's own are not far from those that it has rounded, and from what it does next.
template <class Weights>
void multiply_share(const ggml_compute_params* params, const Call& call) {
    const TileSetup tiles;
    const std::int64_t n_tokens = call.n_token_blocks();
    const std::int64_t n_stripes =
        std::max((n_tokens * kBlock + kTokensAtOnce - 1) / kTokensAtOnce,
                 std::min<std::int64_t>(params->nth, n_tokens * kBlock / Weights::kFewestInStripe));
    const Range area = share(params, n_tokens * call.n_row_blocks());
    for (std::int64_t i = 0; i < n_stripes; ++i) {
        const Range stripe{n_tokens * i / n_stripes, n_tokens * (i + 1) / n_stripes};
        const auto rows_until = [&](std::int64_t place) {
            const std::int64_t inside = place - stripe.begin * call.n_row_blocks();
            return std::clamp<std::int64_t>((inside + stripe.size() - 1) / stripe.size(), 0,
                                            call.n_row_blocks());
        };
        multiply_rows<Weights>(call, {rows_until(area.begin), rows_until(area.end)}, stripe);
    }
}

template <class Weights>
void multiply_many(const ggml_compute_params* params, const Call& call) {
    const Range steps = share(params, call.n_token_tiles() * call.n_steps);
    for (std::int64_t step = steps.begin; step < steps.end; ++step)
        round_tokens<Weights::kParts>(call, step / call.n_steps, step % call.n_steps);
    ggml_barrier(params->threadpool);
    multiply_share<Weights>(params, call);
}

template <int kTokens>
void multiply_few_halves(const Call& call, std::int64_t first_token, Range row_tiles) {
    for (std::int64_t tile = row_tiles.begin; tile < row_tiles.end; ++tile) {
        const auto* weights =
            static_cast<const ggml_fp16_t*>(call.weights) + tile * kRows * call.depth();
        __m512 sums[kTokens];
        multiply_halves(weights, call.depth(), call.tokens + first_token * call.depth(), sums);
        for (int i = 0; i < kTokens; ++i) finish(call, first_token + i, tile * kRows, sums[i]);
    }
}

void multiply_few_halves(const ggml_compute_params* params, const Call& call) {
    constexpr int kAtOnce = 4;
    const Range row_tiles = share(params, call.n_rows / kRows);
    std::int64_t token = 0;
    for (; token + kAtOnce <= call.n_tokens; token += kAtOnce)
        multiply_few_halves<kAtOnce>(call, token, row_tiles);
    for (; token < call.n_tokens; ++token) multiply_few_halves<1>(call, token, row_tiles);
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

std::int64_t n_tokens_of(const ggml_tensor* result) {
    return result->ne[1] * result->ne[2] * result->ne[3];
}

bool can_compute(const ggml_tensor* result) {
    return with_weights(result->src[0]->type, false,
                        [&](auto kind) { return kind.can_multiply(result); });
}

Call call_of(const ggml_tensor* result, void* work_space) {
    const auto address = reinterpret_cast<std::uintptr_t>(work_space);
    const ggml_tensor* weights = result->src[0];
    return {weights->data,
            static_cast<const float*>(result->src[1]->data),
            static_cast<float*>(result->data),
            result->ne[0],
            n_tokens_of(result),
            weights->ne[0] / kDepth,
            with_weights(weights->type, 0, [](auto kind) { return kind.kParts; }),
            finish_of(result),
            reinterpret_cast<Bf16*>((address + 63) / 64 * 64)};
}

template <class Weights>
void compute(const ggml_compute_params* params, const Call& call) {
    if constexpr (std::is_same_v<Weights, HalfWeights>) {
        if (call.n_tokens < Weights::kFewestTokens) return multiply_few_halves(params, call);
    }
    multiply_many<Weights>(params, call);
}

}  // namespace

bool corral::kernels::takes_finish(const ggml_tensor* product) {
    const ggml_backend_buffer_t buffer = product->src[0]->buffer;
    return buffer != nullptr && buffer->buft == ggml_backend_amx_buffer_type() &&
           can_compute(product);
}

size_t ggml_backend_amx_desired_wsize(const ggml_tensor* result) {
    if (!can_compute(result)) return ggml_backend_amx_desired_wsize_reference(result);
    const Call call = call_of(result, nullptr);
    return static_cast<size_t>(call.bytes_of(call.n_token_tiles())) + 64;
}

void ggml_backend_amx_mul_mat(const ggml_compute_params* params, ggml_tensor* result) {
    if (!can_compute(result)) return ggml_backend_amx_mul_mat_reference(params, result);
    with_weights(result->src[0]->type, false, [&](auto kind) {
        compute<decltype(kind)>(params, call_of(result, params->wdata));
        return true;
    });
}

#else

bool corral::kernels::takes_finish(const ggml_tensor*) {
    return false;
}

size_t ggml_backend_amx_desired_wsize(const ggml_tensor* result) {
    return ggml_backend_amx_desired_wsize_reference(result);
}

void ggml_backend_amx_mul_mat(const ggml_compute_params* params, ggml_tensor* result) {
    ggml_backend_amx_mul_mat_reference(params, result);
}

#endif

#else

bool corral::kernels::takes_finish(const ggml_tensor*) {
    return false;
}

#endif
