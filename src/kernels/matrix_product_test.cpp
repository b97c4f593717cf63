#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml.h"
#include "ggml_test.h"

namespace corral {
namespace {

struct ProductShape {
    int depth;
    int n_rows;
    int n_tokens;
    ggml_type type = GGML_TYPE_F16;
};

// Products with random numbers, computed by ggml's CPU backend in one graph, and here in F64.
class Products {
public:
    explicit Products(std::vector<ProductShape> shapes) : shapes_(std::move(shapes)) {
        weight_context_ = new_ggml_context();
        context_ = new_ggml_context();
        for (const ProductShape& shape : shapes_) {
            weights_.push_back(
                ggml_new_tensor_2d(weight_context_.get(), shape.type, shape.depth, shape.n_rows));
            tokens_.push_back(
                ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, shape.depth, shape.n_tokens));
            results_.push_back(ggml_mul_mat(context_.get(), weights_.back(), tokens_.back()));
        }
        weight_buffer_.reset(
            ggml_backend_alloc_ctx_tensors_from_buft(weight_context_.get(), weight_buffers()));
        buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(),
                                                               ggml_backend_cpu_buffer_type()));
        for (std::size_t i = 0; i < shapes_.size(); ++i) fill(i);
    }

    void compute(int n_threads) {
        const GgmlPtr<ggml_backend> backend(ggml_backend_cpu_init());
        ggml_backend_cpu_set_n_threads(backend.get(), n_threads);
        ggml_cgraph* graph = ggml_new_graph(context_.get());
        for (ggml_tensor* result : results_) ggml_build_forward_expand(graph, result);
        ASSERT_EQ(ggml_backend_graph_compute(backend.get(), graph), GGML_STATUS_SUCCESS);
    }

    // `precision`: of the largest sum of magnitudes that the numbers of a result can come to.
    void check(std::size_t i, double precision) const {
        const ProductShape& shape = shapes_[i];
        const auto depth = static_cast<std::size_t>(shape.depth);
        for (int token = 0; token < shape.n_tokens; ++token) {
            for (int row = 0; row < shape.n_rows; ++row) {
                const float* w = weight_values_[i].data() + static_cast<std::size_t>(row) * depth;
                const float* t = token_values_[i].data() + static_cast<std::size_t>(token) * depth;
                double sum = 0;
                double magnitude = 0;
                for (std::size_t k = 0; k < depth; ++k) {
                    sum += double{w[k]} * t[k];
                    magnitude += std::abs(double{w[k]} * t[k]);
                }
                ASSERT_NEAR(ggml_get_f32_nd(results_[i], row, token, 0, 0), sum,
                            precision * magnitude)
                    << "row " << row << ", token " << token << " of product " << i;
            }
        }
    }

private:
    void fill(std::size_t i) {
        token_values_.push_back(random_numbers(tokens_[i], 1.5F));
        ggml_backend_tensor_set(tokens_[i], token_values_.back().data(), 0,
                                ggml_nbytes(tokens_[i]));
        std::vector<float> values = random_numbers(weights_[i], 0.05F);
        std::vector<char> stored(ggml_nbytes(weights_[i]));
        ggml_quantize_chunk(shapes_[i].type, values.data(), stored.data(), 0, shapes_[i].n_rows,
                            shapes_[i].depth, nullptr);
        ggml_get_type_traits(shapes_[i].type)
            ->to_float(stored.data(), values.data(), ggml_nelements(weights_[i]));
        ggml_backend_tensor_set(weights_[i], stored.data(), 0, stored.size());
        weight_values_.push_back(std::move(values));
    }

    std::vector<float> random_numbers(const ggml_tensor* tensor, float deviation) {
        std::normal_distribution<float> distribution(0, deviation);
        std::vector<float> numbers(static_cast<std::size_t>(ggml_nelements(tensor)));
        for (float& number : numbers) number = distribution(random_);
        return numbers;
    }

    std::vector<ProductShape> shapes_;
    std::mt19937 random_{11};
    GgmlPtr<ggml_context> weight_context_;
    GgmlPtr<ggml_context> context_;
    GgmlPtr<ggml_backend_buffer> weight_buffer_;
    GgmlPtr<ggml_backend_buffer> buffer_;
    std::vector<ggml_tensor*> weights_;
    std::vector<ggml_tensor*> tokens_;
    std::vector<ggml_tensor*> results_;
    std::vector<std::vector<float>> weight_values_;
    std::vector<std::vector<float>> token_values_;
};

// One BF16 number for each would miss it by far.
constexpr double kOfF16 = 2e-5;

void check_product(const ProductShape& shape, int n_threads = 2) {
    Products products({shape});
    products.compute(n_threads);
    products.check(0, kOfF16);
}

TEST(MatrixProductTest, AnyNumberOfTokens) {
    for (int n_tokens : {1, 2, 15, 16, 17, 31, 32, 33, 47, 64, 100})
        check_product({64, 64, n_tokens});
}

TEST(MatrixProductTest, AnyDepth) {
    for (int depth : {32, 96, 128, 160, 384, 1056}) check_product({depth, 32, 40});
}

TEST(MatrixProductTest, DepthThatFillsNoTile) {
    for (int depth : {16, 48, 176}) check_product({depth, 32, 40});
}

TEST(MatrixProductTest, AnyNumberOfRows) {
    for (int n_rows : {32, 96, 288, 544}) check_product({64, n_rows, 40});
}

TEST(MatrixProductTest, MoreThanIsTakenAtOnce) {
    check_product({288, 320, 1050});
}

TEST(MatrixProductTest, ThreadsShareTheWork) {
    for (int n_threads : {1, 3, 4}) check_product({128, 160, 50}, n_threads);
    check_product({64, 32, 20}, 4);  // less work than threads
}

// The most that rounding weights and tokens to 8 bits each can do.
constexpr double kOfBf16 = 4e-3;

constexpr ggml_type kQuantized[] = {GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q8_0,
                                    GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K};

TEST(MatrixProductTest, EveryFormat) {
    for (ggml_type type : kQuantized) {
        for (int n_tokens : {33, 64, 100, 600}) {
            SCOPED_TRACE(ggml_type_name(type));
            Products products({{512, 96, n_tokens, type}});
            products.compute(2);
            products.check(0, kOfBf16);
        }
    }
}

TEST(MatrixProductTest, FewTokensOfEveryFormat) {
    constexpr double kOfBytes = 0.01;  // ggml rounds tokens to 8 bits of the largest
    for (ggml_type type : kQuantized) {
        for (int n_tokens : {1, 2, 8, 16, 17, 31}) {
            SCOPED_TRACE(ggml_type_name(type));
            Products products({{256, 64, n_tokens, type}});
            products.compute(2);
            products.check(0, kOfBytes);
        }
    }
}

TEST(MatrixProductTest, DepthThatIsNoMultipleOfTheTilesAtOnce) {
    for (ggml_type type : {GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q8_0}) {
        for (int depth : {32, 96, 288}) {
            Products products({{depth, 64, 48, type}});
            products.compute(2);
            products.check(0, kOfBf16);
        }
    }
}

TEST(MatrixProductTest, FormatsBesideEachOther) {
    Products products({{256, 64, 40, GGML_TYPE_Q8_0},
                       {256, 64, 40},
                       {256, 64, 3, GGML_TYPE_IQ4_XS},  // ggml's own
                       {256, 64, 40, GGML_TYPE_Q4_K},
                       {256, 64, 40}});
    products.compute(2);
    products.check(0, kOfBf16);
    products.check(1, kOfF16);
    products.check(2, 0.01);
    products.check(3, kOfBf16);
    products.check(4, kOfF16);
}

}  // namespace
}  // namespace corral
