#include <gtest/gtest.h>

#include "engine/log_capture.h"
#include "engine/logprobs.h"
#include "engine/memory_plan.h"
#include "engine/prefix_cache.h"

namespace corral::engine {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

TEST(MemoryPlanTest, LimitsTheContextToWhatWasTrained) {
    EXPECT_EQ(plan_memory({.n_ctx_wanted = 8192, .n_ctx_train = 2048}).n_ctx, 2048);
    EXPECT_EQ(plan_memory({.n_ctx_wanted = 0, .n_ctx_train = 131072}).n_ctx, 4096);
    EXPECT_EQ(plan_memory({.n_ctx_wanted = 1, .n_ctx_train = 2048}).n_ctx, 4);
    EXPECT_EQ(plan_memory({.n_ctx_wanted = std::int64_t{1} << 31, .n_ctx_train = 4096}).n_ctx,
              4096);
}

TEST(MemoryPlanTest, SharesABoundedCache) {
    MemoryNeeds needs{.n_ctx_wanted = 4096, .n_ctx_train = 8192, .n_parallel = 8};
    EXPECT_EQ(plan_memory(needs).n_cells, 8 * 4096);
    needs.bytes_per_token = 64 * 1024;  // 256 MiB a sequence, and 512 MiB at most
    EXPECT_EQ(plan_memory(needs).n_cells, 2 * 4096);
    needs.weights_bytes = 4096 * kMiB;  // large models may share more
    EXPECT_EQ(plan_memory(needs).n_cells, 4 * 4096);
    needs.available_bytes = 64 * kMiB;  // never less than one sequence
    EXPECT_EQ(plan_memory(needs).n_cells, 4096);
}

TEST(MemoryPlanTest, KeepsToShortRopeFactorsWhereTheyServe) {
    MemoryNeeds needs{.n_ctx_wanted = 2048, .n_ctx_train = 131072, .n_parallel = 8};
    needs.n_ctx_original = 4096;
    EXPECT_EQ(plan_memory(needs).n_cells, 4096);
    needs.n_ctx_wanted = 8192;
    EXPECT_EQ(plan_memory(needs).n_cells, 8 * 8192);
}

TEST(MemoryPlanTest, SparesFewerSequencesWhereEachIsLarge) {
    MemoryNeeds needs{.n_parallel = 4};
    EXPECT_EQ(plan_memory(needs).n_sequences, 12);
    needs.bytes_per_sequence = 64 * kMiB;
    EXPECT_EQ(plan_memory(needs).n_sequences, 8);
    needs.n_parallel = 100000;
    EXPECT_LE(plan_memory(needs).n_sequences, 256);
}

TEST(PrefixCacheTest, EvictsWhatWasNotUsedForLongest) {
    PrefixCache cache;
    cache.add(1, {1, 2, 3});
    cache.add(2, {4, 5});
    cache.touch(1);
    EXPECT_EQ(cache.evict_oldest(), 2);
    EXPECT_EQ(cache.evict_oldest(), 1);
    EXPECT_EQ(cache.evict_oldest(), std::nullopt);
}

TEST(PrefixCacheTest, DropsWhatALongerOneCovers) {
    PrefixCache cache;
    cache.add(1, {1, 2});
    cache.add(2, {1, 3});
    cache.add(3, {1, 2, 3});
    const Tokens longer = {1, 2, 3, 4};
    EXPECT_EQ(cache.remove_prefixes_of(longer), (std::vector<llama_seq_id>{1, 3}));
    const Tokens rest = {1, 3};
    EXPECT_TRUE(cache.holds(rest));
    EXPECT_FALSE(cache.holds(longer));
}

TEST(PrefixCacheTest, CountsCommonTokens) {
    const Tokens a = {1, 2, 3};
    const Tokens b = {1, 2, 4, 5};
    EXPECT_EQ(common_prefix(a, b), 2U);
    EXPECT_EQ(common_prefix(a, a), 3U);
    EXPECT_EQ(common_prefix(a, {}), 0U);
}

TEST(LogCaptureTest, RemembersErrorsAndBuffers) {
    LogCapture log;
    log.add(false, "load_tensors:   CPU_Mapped model buffer size =   100.50 MiB\n");
    log.add(false, "llama_kv_cache:      CUDA0 KV buffer size =    ");
    log.add(false, "10.00 MiB\n");
    log.add(true, "something ");
    log.add(false, "broke\n");
    log.add(false, "all is well\n");
    log.add(false, "load_tensors:   CPU_REPACK model buffer size =   60.00 MiB\n");
    EXPECT_EQ(log.buffers().mapped_bytes, 100 * kMiB + kMiB / 2);
    EXPECT_EQ(log.buffers().total_bytes(100 * kMiB), 110 * kMiB);
    EXPECT_EQ(log.buffers().total_bytes(50 * kMiB), 70 * kMiB);
    EXPECT_EQ(log.buffers().gpu_bytes, 10 * kMiB);
    EXPECT_EQ(log.errors(), "something broke");
}

TEST(LogCaptureTest, BoundsWhatItRemembers) {
    LogCapture log;
    for (int i = 0; i < 1000; ++i) log.add(true, "the same complaint once more\n");
    EXPECT_LE(log.errors().size(), 2100U);
}

}  // namespace
}  // namespace corral::engine
