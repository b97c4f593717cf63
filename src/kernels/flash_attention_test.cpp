#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "ggml-cpu.h"
#include "ggml.h"

namespace corral {
namespace {

struct Shape {
    int n_queries;
    int n_heads;
    int n_kv_heads;
    int head_size;
    int n_cells;
    double visible;  // share of the cells that a query may look at
    bool sinks = false;
    int queries_alike = 1;  // so many neighbours see the same cells
};

struct GgmlDeleter {
    void operator()(ggml_context* context) const { ggml_free(context); }
};

// One attention with random inputs, computed by ggml's CPU backend and here in F64.
class Attention {
public:
    explicit Attention(const Shape& shape) : shape_(shape) {
        context_.reset(ggml_init({std::size_t{64} << 20, nullptr, false}));
        ggml_context* c = context_.get();
        q_ = ggml_new_tensor_3d(c, GGML_TYPE_F32, shape.head_size, shape.n_queries, shape.n_heads);
        k_ = ggml_new_tensor_3d(c, GGML_TYPE_F16, shape.head_size, shape.n_cells, shape.n_kv_heads);
        v_ = ggml_new_tensor_3d(c, GGML_TYPE_F16, shape.head_size, shape.n_cells, shape.n_kv_heads);
        mask_ = ggml_new_tensor_2d(c, GGML_TYPE_F16, shape.n_cells, shape.n_queries);
        sinks_ = shape.sinks ? ggml_new_tensor_1d(c, GGML_TYPE_F32, shape.n_heads) : nullptr;
        for (ggml_tensor* tensor : {q_, k_, v_, sinks_}) fill(tensor);
        fill_mask();
    }

    std::vector<float> computed(int n_threads) {
        ggml_context* c = context_.get();
        ggml_tensor* result = ggml_flash_attn_ext(c, q_, k_, v_, mask_, scale(), 0, 0);
        if (sinks_ != nullptr) ggml_flash_attn_ext_add_sinks(result, sinks_);
        ggml_cgraph* graph = ggml_new_graph(c);
        ggml_build_forward_expand(graph, result);
        EXPECT_EQ(ggml_graph_compute_with_ctx(c, graph, n_threads), GGML_STATUS_SUCCESS);
        const auto* data = static_cast<const float*>(result->data);
        return {data, data + ggml_nelements(result)};
    }

    std::vector<float> expected() const {
        std::vector<float> result;
        for (int query = 0; query < shape_.n_queries; ++query) {
            for (int head = 0; head < shape_.n_heads; ++head) {
                for (double value : attend(query, head)) {
                    result.push_back(static_cast<float>(value));
                }
            }
        }
        return result;
    }

private:
    float scale() const { return 1.0F / std::sqrt(static_cast<float>(shape_.head_size)); }

    void fill(ggml_tensor* tensor) {
        if (tensor == nullptr) return;
        std::normal_distribution<float> values(0, 1.5F);
        for (std::int64_t i = 0; i < ggml_nelements(tensor); ++i) {
            ggml_set_f32_1d(tensor, static_cast<int>(i), values(random_));
        }
    }

    void fill_mask() {
        std::bernoulli_distribution visible(shape_.visible);
        auto* values = static_cast<ggml_fp16_t*>(mask_->data);
        for (std::int64_t i = 0; i < ggml_nelements(mask_); ++i) {
            const bool is_first = i / shape_.n_cells % shape_.queries_alike == 0;
            values[i] = is_first ? ggml_fp32_to_fp16(visible(random_) ? 0.0F : -INFINITY)
                                 : values[i - shape_.n_cells];
        }
    }

    static double at(const ggml_tensor* tensor, int i0, int i1, int i2) {
        return ggml_get_f32_nd(tensor, i0, i1, i2, 0);
    }

    std::vector<double> attend(int query, int head) const {
        const int kv_head = head / (shape_.n_heads / shape_.n_kv_heads);
        std::vector<double> sum(static_cast<std::size_t>(shape_.head_size), 0.0);
        double weight = sinks_ == nullptr ? 0 : std::exp(at(sinks_, head, 0, 0));
        for (int cell = 0; cell < shape_.n_cells; ++cell) {
            double score = 0;
            for (int d = 0; d < shape_.head_size; ++d) {
                score += at(q_, d, query, head) * at(k_, d, cell, kv_head);
            }
            const double w = std::exp(score * scale() + at(mask_, cell, query, 0));
            weight += w;
            for (int d = 0; d < shape_.head_size; ++d) {
                sum[static_cast<std::size_t>(d)] += w * at(v_, d, cell, kv_head);
            }
        }
        for (double& value : sum) value = weight == 0 ? 0 : value / weight;
        return sum;
    }

    Shape shape_;
    std::mt19937 random_{7};
    std::unique_ptr<ggml_context, GgmlDeleter> context_;
    ggml_tensor* q_;
    ggml_tensor* k_;
    ggml_tensor* v_;
    ggml_tensor* mask_;
    ggml_tensor* sinks_;
};

// Sums in F16, which ggml's own function makes, would miss the tolerance.
void check(const Shape& shape, int n_threads = 2) {
    Attention attention(shape);
    const std::vector<float> computed = attention.computed(n_threads);
    const std::vector<float> expected = attention.expected();
    ASSERT_EQ(computed.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(computed[i], expected[i], 2e-5) << "element " << i;
    }
}

TEST(FlashAttentionTest, OneQueryOverAllCells) {
    check({1, 8, 8, 64, 256, 1.0});
}

TEST(FlashAttentionTest, QueryHeadsShareKeysAndValues) {
    check({3, 32, 8, 64, 128, 1.0});
}

TEST(FlashAttentionTest, ManySequencesInOneCache) {
    check({16, 8, 2, 64, 1000, 0.06});
}

TEST(FlashAttentionTest, FewerCellsThanABlock) {
    check({2, 4, 2, 32, 7, 0.8});
}

TEST(FlashAttentionTest, LargeHeads) {
    check({2, 8, 1, 256, 300, 0.5});
}

TEST(FlashAttentionTest, SmallHeads) {
    check({4, 4, 4, 8, 40, 0.5});
}

TEST(FlashAttentionTest, NothingToLookAt) {
    check({2, 4, 2, 64, 64, 0.0});
}

TEST(FlashAttentionTest, SinksTakeTheirShare) {
    check({4, 8, 2, 64, 200, 0.3, true});
}

TEST(FlashAttentionTest, SinkWithoutCells) {
    check({1, 4, 2, 64, 32, 0.0, true});
}

TEST(FlashAttentionTest, NeighboursSeeTheSameCells) {
    check({12, 8, 4, 64, 100, 0.3, false, 5});
    check({6, 16, 1, 32, 100, 0.3, true, 3});
}

TEST(FlashAttentionTest, ManyTextsInOneBatch) {
    check({400, 4, 4, 32, 400, 0.05, false, 20});
    check({97, 6, 3, 64, 97, 0.1, false, 9});
}

TEST(FlashAttentionTest, ManyPromptsInOneCache) {
    check({130, 8, 2, 64, 1000, 0.06});
}

TEST(FlashAttentionTest, ThreadsShareTheWork) {
    for (int n_threads : {1, 3, 4}) check({5, 8, 4, 64, 100, 0.5}, n_threads);
}

}  // namespace
}  // namespace corral
