#include <gtest/gtest.h>

#include "engine/log_capture.h"
#include "engine/logprobs.h"
#include "engine/prefix_cache.h"

namespace corral::engine {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

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
