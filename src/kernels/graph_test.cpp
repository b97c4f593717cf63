#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml.h"
#include "ggml_test.h"

namespace corral {
namespace {

constexpr std::int64_t kGraphDepth = 64;
constexpr std::int64_t kGraphRows = 96;
constexpr std::int64_t kGraphTokens = 40;
constexpr float kGraphEpsilon = 1e-5F;

bool has_amx() {
    return amx_buffers() != nullptr;
}

// A graph over a product and some inputs, laid out as models' graphs are, computed twice.
class GraphTest : public testing::Test {
protected:
    using Numbers = std::vector<double>;  // [row] or [token][row]

    GraphTest() {
        product_context_ = new_ggml_context();
        inputs_context_ = new_ggml_context();
        context_ = new_ggml_context();
        weights_ =
            ggml_new_tensor_2d(product_context_.get(), GGML_TYPE_F16, kGraphDepth, kGraphRows);
        tokens_ = input(kGraphDepth, kGraphTokens);
        bias_ = input(kGraphRows, 1);
        shift_ = input(kGraphRows, 1);
        addend_ = input(kGraphRows, kGraphTokens);
        for_each_token_ = input(1, kGraphTokens);
        weights_buffer_.reset(
            ggml_backend_alloc_ctx_tensors_from_buft(product_context_.get(), weight_buffers()));
        inputs_buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(
            inputs_context_.get(), ggml_backend_cpu_buffer_type()));
        fill();
    }

    ggml_context* context() { return context_.get(); }
    ggml_tensor* product() { return ggml_mul_mat(context(), weights_, tokens_); }
    ggml_tensor* add(ggml_tensor* a, ggml_tensor* b) { return ggml_add(context(), a, b); }
    ggml_tensor* gelu(ggml_tensor* a) { return ggml_gelu(context(), a); }
    ggml_tensor* norm(ggml_tensor* a) { return ggml_norm(context(), a, kGraphEpsilon); }
    ggml_tensor* scale(ggml_tensor* a, ggml_tensor* b) { return ggml_mul(context(), a, b); }

    // Gives the number of steps that were computed.
    int compute(const std::vector<ggml_tensor*>& results) {
        const GgmlPtr<ggml_backend> backend(ggml_backend_cpu_init());
        ggml_backend_cpu_set_n_threads(backend.get(), 2);
        int n_steps = 0;
        const auto count = [](void* counter) {
            ++*static_cast<int*>(counter);
            return false;
        };
        ggml_backend_cpu_set_abort_callback(backend.get(), count, &n_steps);
        ggml_cgraph* graph = ggml_new_graph(context());
        for (ggml_tensor* result : results) {
            ggml_set_output(result);
            ggml_build_forward_expand(graph, result);
        }
        allocator_.reset(ggml_gallocr_new(ggml_backend_cpu_buffer_type()));
        EXPECT_TRUE(ggml_gallocr_alloc_graph(allocator_.get(), graph));
        for (int i = 0; i < 2; ++i)
            EXPECT_EQ(ggml_backend_graph_compute(backend.get(), graph), GGML_STATUS_SUCCESS);
        return n_steps / 2;
    }

    using Expected = std::function<double(std::size_t token, std::size_t row)>;
    static void check(const ggml_tensor* result, const Expected& expected) {
        for (std::size_t token = 0; token < kGraphTokens; ++token)
            for (std::size_t row = 0; row < kGraphRows; ++row)
                ASSERT_NEAR(
                    ggml_get_f32_nd(result, static_cast<int>(row), static_cast<int>(token), 0, 0),
                    expected(token, row), 1e-4)
                    << "token " << token << ", row " << row;
    }

    double product_at(std::size_t token, std::size_t row) const {
        return products_[token * kGraphRows + row];
    }
    static double at(const ggml_tensor* input, std::size_t row, std::size_t token = 0) {
        return ggml_get_f32_nd(input, static_cast<int>(row), static_cast<int>(token), 0, 0);
    }
    static double gelu_of(double x) {
        return 0.5 * x *
               (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
    }
    // What normalization makes of a row of the addend.
    double normal_at(std::size_t token, std::size_t row) const {
        double sum = 0;
        double squares = 0;
        for (std::size_t i = 0; i < kGraphRows; ++i) sum += at(addend_, i, token);
        const double mean = sum / kGraphRows;
        for (std::size_t i = 0; i < kGraphRows; ++i)
            squares += std::pow(at(addend_, i, token) - mean, 2);
        return (at(addend_, row, token) - mean) / std::sqrt(squares / kGraphRows + kGraphEpsilon);
    }

    ggml_tensor* weights_;
    ggml_tensor* tokens_;
    ggml_tensor* bias_;
    ggml_tensor* shift_;
    ggml_tensor* addend_;
    ggml_tensor* for_each_token_;

private:
    ggml_tensor* input(std::int64_t n, std::int64_t n_rows) {
        return ggml_new_tensor_2d(inputs_context_.get(), GGML_TYPE_F32, n, n_rows);
    }

    void fill() {
        const std::vector<float> tokens = put_numbers(tokens_, 0.3F);
        for (ggml_tensor* other : {bias_, shift_, addend_, for_each_token_}) put_numbers(other, 1);
        std::vector<float> weights = numbers(ggml_nelements(weights_), 0.2F);
        std::vector<ggml_fp16_t> halves(weights.size());
        ggml_fp32_to_fp16_row(weights.data(), halves.data(), ggml_nelements(weights_));
        ggml_fp16_to_fp32_row(halves.data(), weights.data(), ggml_nelements(weights_));
        ggml_backend_tensor_set(weights_, halves.data(), 0, ggml_nbytes(weights_));
        for (std::size_t token = 0; token < kGraphTokens; ++token) {
            for (std::size_t row = 0; row < kGraphRows; ++row) {
                double sum = 0;
                for (std::size_t i = 0; i < kGraphDepth; ++i)
                    sum += double{weights[row * kGraphDepth + i]} * tokens[token * kGraphDepth + i];
                products_.push_back(sum);
            }
        }
    }
    std::vector<float> put_numbers(ggml_tensor* tensor, float deviation) {
        std::vector<float> made = numbers(ggml_nelements(tensor), deviation);
        ggml_backend_tensor_set(tensor, made.data(), 0, ggml_nbytes(tensor));
        return made;
    }
    std::vector<float> numbers(std::int64_t n, float deviation) {
        std::normal_distribution<float> distribution(0, deviation);
        std::vector<float> made(static_cast<std::size_t>(n));
        for (float& number : made) number = distribution(random_);
        return made;
    }

    std::mt19937 random_{5};
    GgmlPtr<ggml_context> product_context_;
    GgmlPtr<ggml_context> inputs_context_;
    GgmlPtr<ggml_context> context_;
    GgmlPtr<ggml_backend_buffer> weights_buffer_;
    GgmlPtr<ggml_backend_buffer> inputs_buffer_;
    GgmlPtr<ggml_gallocr> allocator_;
    Numbers products_;
};

TEST_F(GraphTest, ProductsTakeWhatFollows) {
    ggml_tensor* result = add(gelu(add(product(), bias_)), addend_);
    EXPECT_EQ(compute({result}), has_amx() ? 1 : 4);
    check(result, [this](std::size_t token, std::size_t row) {
        return gelu_of(product_at(token, row) + at(bias_, row)) + at(addend_, row, token);
    });
}

TEST_F(GraphTest, ProductsTakeAnyPart) {
    ggml_tensor* with_bias = add(product(), bias_);
    ggml_tensor* with_gelu = gelu(product());
    ggml_tensor* with_addend = add(product(), addend_);
    EXPECT_EQ(compute({with_bias, with_gelu, with_addend}), has_amx() ? 3 : 6);
    check(with_bias, [this](std::size_t token, std::size_t row) {
        return product_at(token, row) + at(bias_, row);
    });
    check(with_gelu,
          [this](std::size_t token, std::size_t row) { return gelu_of(product_at(token, row)); });
    check(with_addend, [this](std::size_t token, std::size_t row) {
        return product_at(token, row) + at(addend_, row, token);
    });
}

TEST_F(GraphTest, WhatFollowsInAnotherOrderIsLeft) {
    ggml_tensor* result = add(gelu(add(product(), addend_)), bias_);
    EXPECT_EQ(compute({result}), has_amx() ? 3 : 4);
    check(result, [this](std::size_t token, std::size_t row) {
        return gelu_of(product_at(token, row) + at(addend_, row, token)) + at(bias_, row);
    });
}

TEST_F(GraphTest, AProductThatIsUsedTwiceIsKept) {
    ggml_tensor* made = product();
    ggml_tensor* with_bias = add(made, bias_);
    ggml_tensor* with_addend = add(made, addend_);
    EXPECT_EQ(compute({with_bias, with_addend}), 3);
    check(with_bias, [this](std::size_t token, std::size_t row) {
        return product_at(token, row) + at(bias_, row);
    });
    check(with_addend, [this](std::size_t token, std::size_t row) {
        return product_at(token, row) + at(addend_, row, token);
    });
}

TEST_F(GraphTest, AProductThatIsAskedForIsKept) {
    ggml_tensor* made = product();
    ggml_tensor* with_bias = add(made, bias_);
    EXPECT_EQ(compute({made, with_bias}), 2);
    check(made, [this](std::size_t token, std::size_t row) { return product_at(token, row); });
    check(with_bias, [this](std::size_t token, std::size_t row) {
        return product_at(token, row) + at(bias_, row);
    });
}

TEST_F(GraphTest, AProductIsAddedToItself) {
    ggml_tensor* made = product();
    ggml_tensor* twice = add(made, made);
    compute({twice});
    check(twice, [this](std::size_t token, std::size_t row) { return 2 * product_at(token, row); });
}

TEST_F(GraphTest, OneNumberForAllRowsIsNoBias) {
    ggml_tensor* result = add(product(), for_each_token_);
    EXPECT_EQ(compute({result}), 2);
    check(result, [this](std::size_t token, std::size_t row) {
        return product_at(token, row) + at(for_each_token_, 0, token);
    });
}

TEST_F(GraphTest, ProductsAreAddedToOthers) {
    ggml_tensor* result = add(add(product(), bias_), add(product(), shift_));
    compute({result});
    check(result, [this](std::size_t token, std::size_t row) {
        return 2 * product_at(token, row) + at(bias_, row) + at(shift_, row);
    });
}

TEST_F(GraphTest, NormalizationTakesWhatFollows) {
    ggml_tensor* all = add(scale(norm(addend_), bias_), shift_);
    ggml_tensor* weighed = scale(norm(addend_), bias_);
    EXPECT_EQ(compute({all, weighed}), 2);
    check(all, [this](std::size_t token, std::size_t row) {
        return normal_at(token, row) * at(bias_, row) + at(shift_, row);
    });
    check(weighed, [this](std::size_t token, std::size_t row) {
        return normal_at(token, row) * at(bias_, row);
    });
}

TEST_F(GraphTest, NormalizationAlone) {
    ggml_tensor* bare = norm(addend_);
    ggml_tensor* shifted = add(norm(addend_), shift_);
    EXPECT_EQ(compute({bare, shifted}), 3);
    check(bare, [this](std::size_t token, std::size_t row) { return normal_at(token, row); });
    check(shifted, [this](std::size_t token, std::size_t row) {
        return normal_at(token, row) + at(shift_, row);
    });
}

}  // namespace
}  // namespace corral
