#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "ggml-cpu.h"
#include "ggml.h"

namespace corral {
namespace {

struct GeluDeleter {
    void operator()(ggml_context* context) const { ggml_free(context); }
};

double expected_gelu(double x) {
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

// Numbers from -12 to 12 in rows; ggml's table would miss the tolerance.
void check_gelu(std::int64_t n, std::int64_t n_rows, int n_threads) {
    const std::unique_ptr<ggml_context, GeluDeleter> context(
        ggml_init({std::size_t{16} << 20, nullptr, false}));
    ggml_tensor* numbers = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, n, n_rows);
    const std::int64_t count = n * n_rows;
    for (std::int64_t i = 0; i < count; ++i) {
        const double x = -12 + 24 * static_cast<double>(i) / static_cast<double>(count);
        ggml_set_f32_1d(numbers, static_cast<int>(i), static_cast<float>(x));
    }
    ggml_tensor* result = ggml_gelu(context.get(), numbers);
    ggml_cgraph* graph = ggml_new_graph(context.get());
    ggml_build_forward_expand(graph, result);
    ASSERT_EQ(ggml_graph_compute_with_ctx(context.get(), graph, n_threads), GGML_STATUS_SUCCESS);
    for (int i = 0; i < count; ++i) {
        const double x = ggml_get_f32_1d(numbers, i);
        ASSERT_NEAR(ggml_get_f32_1d(result, i), expected_gelu(x), 2e-6 * std::max(1.0, std::abs(x)))
            << "of " << x;
    }
}

TEST(GeluTest, EveryNumber) {
    check_gelu(1024, 4, 1);
}

TEST(GeluTest, RowsThatFillNoVector) {
    for (int n : {1, 7, 9, 30}) check_gelu(n, 5, 1);
}

TEST(GeluTest, ThreadsShareTheRows) {
    for (int n_threads : {2, 3, 4}) check_gelu(16, 3, n_threads);
}

}  // namespace
}  // namespace corral
