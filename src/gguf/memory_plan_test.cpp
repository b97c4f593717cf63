#include "gguf/memory_plan.h"

#include <gtest/gtest.h>

#include "gguf/gguf_builder.h"

namespace corral::gguf {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kGiB = 1024 * kMiB;

ModelShape shape_of(const GgufBuilder& builder) {
    return model_shape(*parse(builder.build(), ReadMode::header));
}

// Four layers of width 512 with eight heads.
GgufBuilder model(std::string_view architecture) {
    GgufBuilder builder;
    const std::string prefix(architecture);
    builder.text("general.architecture", architecture)
        .count(prefix + ".block_count", 4)
        .count(prefix + ".attention.head_count", 8)
        .count(prefix + ".embedding_length", 512);
    return builder;
}

// Shape.

TEST(ModelShape, CountsWhatEveryModelHas) {
    GgufBuilder builder = model("x");
    builder.count("x.attention.head_count_kv", 2)
        .count("x.feed_forward_length", 1024)
        .count("x.context_length", 2048)
        .texts("tokenizer.ggml.tokens", {"a", "b", "c"})
        .tensor("w", {32, 4}, 0, 0)
        .data(512);
    const ModelShape shape = shape_of(builder);
    EXPECT_EQ(shape.weights_bytes, 512);
    EXPECT_EQ(shape.n_layers, 4);
    EXPECT_EQ(shape.n_heads, 8);
    EXPECT_EQ(shape.n_ff, 1024);
    EXPECT_EQ(shape.n_vocab, 3);
    EXPECT_EQ(shape.n_ctx_train, 2048);
    EXPECT_EQ(shape.kv_elements, 4 * 2 * (64 + 64));
    EXPECT_EQ(shape.state_bytes, 0);
    EXPECT_EQ(shape.window, 0);
}

// scheduler-runtime.md 20.5: sliding windows, recurrent and latent attention layers.
TEST(Weakness05, SlidingWindowsAreKnown) {
    GgufBuilder by_period = model("x");
    by_period.count("x.attention.sliding_window", 256)
        .count("x.attention.sliding_window_pattern", 2);
    EXPECT_EQ(shape_of(by_period).window, 256);
    EXPECT_EQ(shape_of(by_period).window_kv_elements, 2 * 8 * 128);
    EXPECT_EQ(shape_of(by_period).kv_elements, 2 * 8 * 128);

    GgufBuilder by_layer = model("x");
    by_layer.count("x.attention.sliding_window", 256)
        .numbers<std::uint8_t>("x.attention.sliding_window_pattern", ValueType::boolean,
                               {1, 1, 1, 0});
    EXPECT_EQ(shape_of(by_layer).window_kv_elements, 3 * 8 * 128);

    GgufBuilder by_architecture = model("gemma3");
    by_architecture.count("gemma3.attention.sliding_window", 256);
    EXPECT_EQ(shape_of(by_architecture).kv_elements, 0) << "the sixth layer would be the first";

    GgufBuilder unknown = model("x");
    unknown.count("x.attention.sliding_window", 256);
    EXPECT_EQ(shape_of(unknown).window, 0) << "all layers count in full";
    EXPECT_EQ(shape_of(unknown).kv_elements, 4 * 8 * 128);
}

TEST(Weakness05, RecurrentStateIsKnown) {
    GgufBuilder mamba = model("mamba");
    mamba.count("mamba.attention.head_count_kv", 0)
        .count("mamba.ssm.inner_size", 1024)
        .count("mamba.ssm.state_size", 16)
        .count("mamba.ssm.conv_kernel", 4);
    EXPECT_EQ(shape_of(mamba).kv_elements, 0);
    EXPECT_EQ(shape_of(mamba).state_bytes, 4 * (16 * 1024 + 3 * 1024) * 4);

    GgufBuilder hybrid = model("jamba");
    hybrid.numbers<std::int32_t>("jamba.attention.head_count_kv", ValueType::i32, {0, 2, 0, 2})
        .count("jamba.ssm.inner_size", 1024)
        .count("jamba.ssm.state_size", 16)
        .count("jamba.ssm.conv_kernel", 4);
    EXPECT_EQ(shape_of(hybrid).kv_elements, 4 * 128);
    EXPECT_EQ(shape_of(hybrid).state_bytes, 2 * (16 * 1024 + 3 * 1024) * 4);

    GgufBuilder interval = model("qwen3next");
    interval.count("qwen3next.full_attention_interval", 4)
        .count("qwen3next.ssm.inner_size", 1024)
        .count("qwen3next.ssm.state_size", 16);
    EXPECT_EQ(shape_of(interval).kv_elements, 8 * 128);
    EXPECT_EQ(shape_of(interval).state_bytes, 3 * 16 * 1024 * 4);
}

TEST(Weakness05, LatentAttentionKeepsOneRow) {
    GgufBuilder builder = model("deepseek2");
    builder.count("deepseek2.attention.head_count_kv", 1)
        .count("deepseek2.attention.key_length", 576)
        .count("deepseek2.attention.value_length", 512)
        .count("deepseek2.attention.key_length_mla", 192);
    EXPECT_EQ(shape_of(builder).kv_elements, 4 * 576);
}

TEST(ModelShape, AbsurdNumbersCountAsUnknown) {
    GgufBuilder builder;
    builder.text("general.architecture", "x")
        .count("x.block_count", ~0U)
        .count("x.embedding_length", ~0U)
        .count("x.attention.head_count", 1 << 24)
        .count("x.ssm.inner_size", 1 << 24)
        .count("x.ssm.state_size", 1 << 24)
        .count("x.ssm.group_count", 1 << 24)
        .count("x.ssm.conv_kernel", 1 << 24);
    EXPECT_EQ(shape_of(builder), ModelShape{.n_heads = 0});
}

// Plan.

TEST(MemoryPlan, LimitsTheContextToWhatWasTrained) {
    EXPECT_EQ(plan_memory({.n_ctx_train = 2048}, {.n_ctx = 8192}).n_ctx, 2048);
    EXPECT_EQ(plan_memory({.n_ctx_train = 131072}, {}).n_ctx, 4096);
    EXPECT_EQ(plan_memory({.n_ctx_train = 2048}, {.n_ctx = 1}).n_ctx, 4);
    EXPECT_EQ(plan_memory({.n_ctx_train = 4096}, {.n_ctx = std::int64_t{1} << 31}).n_ctx, 4096);
}

TEST(MemoryPlan, SharesABoundedCache) {
    ModelShape shape{.n_ctx_train = 8192};
    MemoryWishes wishes{.n_ctx = 4096, .n_parallel = 8};
    EXPECT_EQ(plan_memory(shape, wishes).n_cells, 8 * 4096);
    shape.kv_elements = 32 * 1024;  // 256 MiB a sequence, and 512 MiB at most
    EXPECT_EQ(plan_memory(shape, wishes).n_cells, 2 * 4096);
    shape.weights_bytes = 4 * kGiB;  // large models may share more
    EXPECT_EQ(plan_memory(shape, wishes).n_cells, 4 * 4096);
    wishes.available_bytes = 64 * kMiB;  // never less than one sequence
    EXPECT_EQ(plan_memory(shape, wishes).n_cells, 4096);
}

TEST(MemoryPlan, KeepsToShortRopeFactorsWhereTheyServe) {
    const ModelShape shape{.n_ctx_train = 131072, .n_ctx_original = 4096};
    EXPECT_EQ(plan_memory(shape, {.n_ctx = 2048, .n_parallel = 8}).n_cells, 4096);
    EXPECT_EQ(plan_memory(shape, {.n_ctx = 8192, .n_parallel = 8}).n_cells, 8 * 8192);
}

TEST(MemoryPlan, SparesFewerSequencesWhereEachIsLarge) {
    EXPECT_EQ(plan_memory({}, {.n_parallel = 4}).n_sequences, 12);
    EXPECT_EQ(plan_memory({.state_bytes = 64 * kMiB}, {.n_parallel = 4}).n_sequences, 8);
    EXPECT_LE(plan_memory({}, {.n_parallel = 100000}).n_sequences, 256);
}

TEST(MemoryPlan, TakesTheBatchThatWasAskedFor) {
    const auto batch = [](std::int64_t asked) {
        return plan_memory({}, {.n_parallel = 8, .n_batch = asked}).n_batch;
    };
    EXPECT_EQ(batch(0), 512);
    EXPECT_EQ(batch(256), 256);
    EXPECT_EQ(batch(1), 16) << "room for a token of every sequence";
    EXPECT_EQ(batch(1 << 20), 2048);
}

// Estimate.

TEST(Estimate, AddsUpWeightsCacheAndBuffers) {
    const ModelShape shape{.weights_bytes = kGiB, .kv_elements = 8 << 10};
    const MemoryEstimate one = estimate_memory(shape, {});
    EXPECT_EQ(one.weights_bytes, kGiB);
    EXPECT_EQ(one.cache_bytes, 64 * kMiB);
    EXPECT_EQ(one.total(), kGiB + 64 * kMiB + one.compute_bytes);
    EXPECT_EQ(estimate_memory(shape, {.n_parallel = 4}).cache_bytes, 256 * kMiB);
    EXPECT_EQ(estimate_memory(shape, {.n_parallel = 64}).cache_bytes, 512 * kMiB);
}

TEST(Weakness05, TheTypeOfTheCacheCounts) {
    const ModelShape shape{.kv_elements = 8 << 10};
    const auto cache = [&](std::string_view type) {
        return estimate_memory(shape, {.kv_element_bytes = *cache_element_bytes(type)}).cache_bytes;
    };
    EXPECT_EQ(cache("f32"), 2 * cache("f16"));
    EXPECT_EQ(cache("Q8_0"), cache("") * 34 / 64);
    EXPECT_EQ(cache("q4_0"), cache("") * 18 / 64);
    EXPECT_FALSE(cache_element_bytes("q9_9"));
}

TEST(Weakness05, WindowsAndStatesTakeWhatTheyHoldOnly) {
    ModelShape shape{.kv_elements = 1024};
    const std::int64_t full = estimate_memory(shape, {.n_ctx = 65536}).cache_bytes;
    std::swap(shape.kv_elements, shape.window_kv_elements);
    shape.window = 1024;
    const std::int64_t windowed = estimate_memory(shape, {.n_ctx = 65536}).cache_bytes;
    EXPECT_EQ(windowed, (9 * 1024 + 512) * 1024 * 2);
    EXPECT_LT(windowed, full / 4);
    EXPECT_EQ(estimate_memory({.state_bytes = kMiB}, {.n_parallel = 2}).cache_bytes, 10 * kMiB);
}

TEST(Weakness05, ComputeBuffersCount) {
    const ModelShape shape{.n_embd = 2048, .n_ff = 8192, .n_heads = 32, .n_vocab = 128256};
    const std::int64_t with = estimate_memory(shape, {}).compute_bytes;
    const std::int64_t without = estimate_memory(shape, {.flash_attention = false}).compute_bytes;
    EXPECT_GT(with, 50 * kMiB);
    EXPECT_LT(with, 128 * kMiB);
    EXPECT_EQ(without - with, std::int64_t{512} * 4096 * 32 * 4);
    EXPECT_LT(estimate_memory(shape, {.n_batch = 64}).compute_bytes, with);
}

TEST(Estimate, AbsurdWishesSaturate) {
    ModelShape shape{.weights_bytes = kGiB,
                     .n_layers = 4096,
                     .n_embd = 1 << 24,
                     .n_ff = 1 << 24,
                     .n_heads = 1 << 24,
                     .n_vocab = 1 << 24};
    shape.kv_elements = std::int64_t{1} << 60;
    const MemoryWishes wishes{
        .n_ctx = std::int64_t{1} << 62, .n_parallel = 1 << 30, .flash_attention = false};
    EXPECT_GT(estimate_memory(shape, wishes).total(), std::int64_t{1} << 50);
}

}  // namespace
}  // namespace corral::gguf
