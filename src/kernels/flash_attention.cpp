// Attention for small batches over a cache that many sequences share, and for many short texts in
// one batch, on x86-64.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_compute_forward_flash_attn_ext for F16 keys and values and batches below ggml's tile size,
// or above it when queries see few of the cells; all else goes to ggml's own function.
//
// Why: in a unified cache a query may look at a small part of the cells only; the rest, other
// sequences and kept prefixes, is masked. ggml asks for every cell and every query head anew
// whether it is masked. Here the cells that count are listed once for all heads that share a K/V
// head and all neighbouring queries that see the same cells, and their rows are read and widened
// once for all of them. Sums are kept in F32, where ggml adds up V in F16.
//
// Shapes (ggml's order, innermost first): q [head_size, n_queries, n_heads, 1] F32, k and v
// [head_size, n_cells, n_kv_heads, 1] F16, mask [n_cells, n_queries] F16, sinks [n_heads] F32 or
// none, result [head_size, n_heads, n_queries, 1] F32.
//
// Threads: work is split by (run of queries, K/V head) between the threads of ggml's pool; they
// share nothing but the inputs, and write disjoint rows of the result.

#include "ops.h"

// The name under which cmake/llama_hook.cmake has ggml's own function compiled.
extern "C" void ggml_compute_forward_flash_attn_ext_reference(const ggml_compute_params* params,
                                                              ggml_tensor* result);

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "common.h"
#include "vector_math.h"

namespace {

using namespace corral::kernels;

constexpr int kLanes = 8;
constexpr int kBlock = 16;  // cells taken together; their rows, widened, stay in the L1 cache
constexpr int kMaxHeadSize = 256;
constexpr int kMaxHeads = 16;              // query heads that are computed together
constexpr std::uint16_t kMasked = 0xFC00;  // minus infinity in F16

struct Cell {
    std::int32_t index;
    float mask;  // added to the score
};

// What all units of one call share.
struct Call {
    const ggml_tensor* q;
    const ggml_tensor* k;
    const ggml_tensor* v;
    const ggml_tensor* mask;
    const ggml_tensor* sinks;  // may be null
    ggml_tensor* result;
    float scale;
    int k_size;
    int v_size;
    int heads_per_group;

    std::int64_t n_queries() const { return q->ne[1]; }
    std::int64_t n_cells() const { return k->ne[1]; }
    std::int64_t n_kv_heads() const { return k->ne[2]; }
};

// Neighbouring queries that see the same cells.
struct Run {
    std::int64_t first;
    int n;
};

// State of one query head while it goes over its cells: softmax(scores) * V so far is sum / weight,
// with all weights relative to exp(highest).
struct Head {
    alignas(32) float query[kMaxHeadSize];
    alignas(32) float sum[kMaxHeadSize];
    float highest;
    float weight;
};

struct Block {
    alignas(32) float rows[kBlock][kMaxHeadSize];
    alignas(32) float mask[kBlock];
    const Cell* cells;
    int n;  // cells, at most kBlock
};

const char* row(const ggml_tensor* tensor, std::int64_t i1, std::int64_t i2) {
    return static_cast<const char*>(tensor->data) + i1 * static_cast<std::int64_t>(tensor->nb[1]) +
           i2 * static_cast<std::int64_t>(tensor->nb[2]);
}

float horizontal_max(__m256 x) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}

float horizontal_sum(__m256 x) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

// Lists the cells that `mask`, a row of n_cells F16 values, lets through.
void list_cells(const std::uint16_t* mask, std::int64_t n_cells, std::vector<Cell>& cells) {
    cells.clear();
    const auto add = [&](std::int64_t i) {
        cells.push_back({static_cast<std::int32_t>(i), _cvtsh_ss(mask[i])});
    };
    const __m256i masked = _mm256_set1_epi16(static_cast<short>(kMasked));
    std::int64_t i = 0;
    for (; i + 16 <= n_cells; i += 16) {
        const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(mask + i));
        auto open =
            ~static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi16(values, masked)));
        open &= 0x55555555U;  // one bit of the two that stand for a value
        for (; open != 0; open &= open - 1) add(i + __builtin_ctz(open) / 2);
    }
    for (; i < n_cells; ++i) {
        if (mask[i] != kMasked) add(i);
    }
}

void widen_rows(const ggml_tensor* tensor, std::int64_t kv_head, int size, Block& block) {
    for (int c = 0; c < block.n; ++c) {
        const char* from = row(tensor, block.cells[c].index, kv_head);
        for (int d = 0; d < size; d += kLanes) {
            const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 2 * d));
            _mm256_store_ps(block.rows[c] + d, _mm256_cvtph_ps(half));
        }
    }
    for (int c = block.n; c < kBlock; ++c) {
        std::memset(block.rows[c], 0, sizeof(float) * static_cast<std::size_t>(size));
    }
}

// Sums of eight vectors, one per lane of the result.
__m256 sums_of(const __m256 (&v)[kLanes]) {
    const __m256 a = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
    const __m256 b = _mm256_hadd_ps(_mm256_hadd_ps(v[4], v[5]), _mm256_hadd_ps(v[6], v[7]));
    return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

// Scores of the eight cells from `first` on.
__m256 scores_of(const Head& head, const Block& block, int first, int size) {
    __m256 sums[kLanes];
    std::fill(sums, sums + kLanes, _mm256_setzero_ps());
    for (int d = 0; d < size; d += kLanes) {
        const __m256 query = _mm256_load_ps(head.query + d);
        for (int c = 0; c < kLanes; ++c) {
            sums[c] = _mm256_fmadd_ps(_mm256_load_ps(block.rows[first + c] + d), query, sums[c]);
        }
    }
    return _mm256_add_ps(sums_of(sums), _mm256_load_ps(block.mask + first));
}

void raise_highest(Head& head, float highest, int v_size) {
    const float factor = std::exp(head.highest - highest);  // 0 at first
    for (int d = 0; d < v_size; ++d) head.sum[d] *= factor;
    head.weight *= factor;
    head.highest = highest;
}

// Turns scores into weights relative to the head's highest score, which they may raise.
void weigh(Head& head, __m256 (&scores)[kBlock / kLanes], int v_size) {
    const float highest = horizontal_max(_mm256_max_ps(scores[0], scores[1]));
    if (highest > head.highest) raise_highest(head, highest, v_size);
    for (__m256& score : scores) {
        score = exp_of_negative(_mm256_sub_ps(score, _mm256_set1_ps(head.highest)));
        head.weight += horizontal_sum(score);
    }
}

void add_values(Head& head, const Block& block, const float* weights, int size) {
    for (int d = 0; d < size; d += kLanes) {
        __m256 even = _mm256_load_ps(head.sum + d);
        __m256 odd = _mm256_setzero_ps();
        for (int c = 0; c < kBlock; c += 2) {
            even = _mm256_fmadd_ps(_mm256_set1_ps(weights[c]), _mm256_load_ps(block.rows[c] + d),
                                   even);
            odd = _mm256_fmadd_ps(_mm256_set1_ps(weights[c + 1]),
                                  _mm256_load_ps(block.rows[c + 1] + d), odd);
        }
        _mm256_store_ps(head.sum + d, _mm256_add_ps(even, odd));
    }
}

void take_block(const Call& call, std::int64_t kv_head, Block& block, Head* heads, int n_heads) {
    alignas(32) float weights[kMaxHeads][kBlock];
    for (int c = 0; c < kBlock; ++c) {
        block.mask[c] = c < block.n ? block.cells[c].mask : -INFINITY;
    }
    widen_rows(call.k, kv_head, call.k_size, block);
    for (int h = 0; h < n_heads; ++h) {
        __m256 scores[kBlock / kLanes] = {scores_of(heads[h], block, 0, call.k_size),
                                          scores_of(heads[h], block, kLanes, call.k_size)};
        weigh(heads[h], scores, call.v_size);
        _mm256_store_ps(weights[h], scores[0]);
        _mm256_store_ps(weights[h] + kLanes, scores[1]);
    }
    widen_rows(call.v, kv_head, call.v_size, block);
    for (int h = 0; h < n_heads; ++h) add_values(heads[h], block, weights[h], call.v_size);
}

void start_head(const Call& call, std::int64_t query, std::int64_t head_index, Head& head) {
    const auto* values = reinterpret_cast<const float*>(row(call.q, query, head_index));
    for (int d = 0; d < call.k_size; ++d) head.query[d] = values[d] * call.scale;
    std::fill(head.sum, head.sum + call.v_size, 0.0F);
    head.highest = -INFINITY;
    head.weight = 0;
}

// A sink takes part of the weight and adds nothing.
void finish_head(const Call& call, std::int64_t query, std::int64_t head_index, Head& head) {
    if (call.sinks != nullptr) {
        const float sink = static_cast<const float*>(call.sinks->data)[head_index];
        if (sink > head.highest) raise_highest(head, sink, call.v_size);
        head.weight += std::exp(sink - head.highest);
    }
    const float factor = head.weight == 0 ? 0 : 1 / head.weight;
    auto* result = reinterpret_cast<float*>(const_cast<char*>(row(call.result, head_index, query)));
    for (int d = 0; d < call.v_size; ++d) result[d] = head.sum[d] * factor;
}

const std::uint16_t* mask_of(const Call& call, std::int64_t query) {
    return reinterpret_cast<const std::uint16_t*>(row(call.mask, query, 0));
}

// A run of queries, which see `cells`, and the query heads that share one K/V head.
void compute_unit(const Call& call, const Run& run, const std::vector<Cell>& cells,
                  std::int64_t kv_head) {
    thread_local Block block;
    thread_local Head heads[kMaxHeads];
    const std::int64_t first_head = kv_head * call.heads_per_group;
    const int n_heads = run.n * call.heads_per_group;
    const auto query = [&](int h) { return run.first + h / call.heads_per_group; };
    const auto head = [&](int h) { return first_head + h % call.heads_per_group; };
    for (int h = 0; h < n_heads; ++h) start_head(call, query(h), head(h), heads[h]);
    for (std::size_t first = 0; first < cells.size(); first += kBlock) {
        block.cells = cells.data() + first;
        block.n = static_cast<int>(std::min<std::size_t>(kBlock, cells.size() - first));
        take_block(call, kv_head, block, heads, n_heads);
    }
    for (int h = 0; h < n_heads; ++h) finish_head(call, query(h), head(h), heads[h]);
}

bool see_the_same(const Call& call, std::int64_t query, std::int64_t other) {
    return std::memcmp(mask_of(call, query), mask_of(call, other),
                       static_cast<std::size_t>(call.n_cells()) * sizeof(std::uint16_t)) == 0;
}

void find_runs(const Call& call, std::vector<Run>& runs) {
    runs.clear();
    const int most = kMaxHeads / call.heads_per_group;
    for (std::int64_t query = 0; query < call.n_queries(); ++query) {
        if (!runs.empty() && runs.back().n < most && see_the_same(call, runs.back().first, query)) {
            ++runs.back().n;
        } else {
            runs.push_back({query, 1});
        }
    }
}

// Whether queries see a small part of the cells, by some of them.
bool is_scattered(const Call& call) {
    constexpr std::int64_t kSamples = 16;
    thread_local std::vector<Cell> cells;
    std::int64_t n_cells = 0;
    for (std::int64_t i = 0; i < kSamples; ++i) {
        list_cells(mask_of(call, i * call.n_queries() / kSamples), call.n_cells(), cells);
        n_cells += static_cast<std::int64_t>(cells.size());
    }
    return n_cells <= kSamples * call.n_cells() / 4;
}

// This thread's share of the work.
void compute_units(const Call& call, int thread, int n_threads) {
    thread_local std::vector<Run> runs;
    thread_local std::vector<Cell> cells;
    find_runs(call, runs);
    const auto n_units = static_cast<std::int64_t>(runs.size()) * call.n_kv_heads();
    std::int64_t listed = -1;  // the run that `cells` belongs to
    for (std::int64_t unit = thread; unit < n_units; unit += n_threads) {
        const std::int64_t at = unit / call.n_kv_heads();
        const Run& run = runs[static_cast<std::size_t>(at)];
        if (at != listed) list_cells(mask_of(call, run.first), call.n_cells(), cells);
        listed = at;
        compute_unit(call, run, cells, unit % call.n_kv_heads());
    }
}

bool is_head_size(std::int64_t size) {
    return size <= kMaxHeadSize && size % kLanes == 0;
}

// Whether this file knows how; work for fewer than all threads is better left to ggml.
bool can_compute(const ggml_compute_params* params, const ggml_tensor* result) {
    const ggml_tensor *q = result->src[0], *k = result->src[1], *v = result->src[2],
                      *mask = result->src[3];
    float max_bias = 0;
    float softcap = 0;
    std::memcpy(&max_bias, result->op_params + 1, sizeof(float));
    std::memcpy(&softcap, result->op_params + 2, sizeof(float));
    return !params->use_ref && max_bias == 0 && softcap == 0 && mask != nullptr &&
           mask->type == GGML_TYPE_F16 && mask->ne[2] == 1 && mask->ne[3] == 1 &&
           q->type == GGML_TYPE_F32 && k->type == GGML_TYPE_F16 && v->type == GGML_TYPE_F16 &&
           q->nb[0] == sizeof(float) && k->nb[0] == 2 && v->nb[0] == 2 && q->ne[3] == 1 &&
           k->ne[2] == v->ne[2] && q->ne[2] % k->ne[2] == 0 && q->ne[2] / k->ne[2] <= kMaxHeads &&
           is_head_size(k->ne[0]) && is_head_size(v->ne[0]) && q->ne[1] * k->ne[2] >= params->nth;
}

}  // namespace

extern "C" void ggml_compute_forward_flash_attn_ext(const ggml_compute_params* params,
                                                    ggml_tensor* result) {
    if (!can_compute(params, result)) {
        return ggml_compute_forward_flash_attn_ext_reference(params, result);
    }
    Call call{result->src[0],
              result->src[1],
              result->src[2],
              result->src[3],
              result->src[4],
              result,
              0,
              static_cast<int>(result->src[1]->ne[0]),
              static_cast<int>(result->src[2]->ne[0]),
              static_cast<int>(result->src[0]->ne[2] / result->src[1]->ne[2])};
    std::memcpy(&call.scale, result->op_params, sizeof(float));
    const bool has_tiles = call.n_queries() >= static_cast<std::int64_t>(GGML_FA_TILE_Q);
    if (has_tiles && !is_scattered(call)) {  // better left to ggml's tiles
        return ggml_compute_forward_flash_attn_ext_reference(params, result);
    }
    compute_units(call, params->ith, params->nth);
}

#else

extern "C" void ggml_compute_forward_flash_attn_ext(const ggml_compute_params* params,
                                                    ggml_tensor* result) {
    ggml_compute_forward_flash_attn_ext_reference(params, result);
}

#endif
