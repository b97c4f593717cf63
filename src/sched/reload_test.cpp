#include "sched/reload.h"

#include <gtest/gtest.h>

#include <functional>

namespace corral::sched {
namespace {

constexpr std::int64_t kAutomatic = 4096;

using Change = std::function<void(ModelSpec&)>;

ModelSpec spec(const Change& change = nullptr) {
    ModelSpec result;
    result.key = "a";
    result.shape.n_ctx_train = 32768;
    if (change) change(result);
    return result;
}

// `n_ctx` is what the runner got.
bool reloads(const Change& loaded, const Change& wanted, std::int64_t n_ctx = 4096) {
    return needs_reload(spec(loaded), n_ctx, spec(wanted), kAutomatic);
}

Change context(std::int64_t num_ctx) {
    return [=](ModelSpec& s) {
        s.load.options.num_ctx = num_ctx;
        s.context_automatic = false;
    };
}

template <class Member, class Value>
Change option(Member member, Value value) {
    return [=](ModelSpec& s) { s.load.options.*member = value; };
}

TEST(Reload, EqualRequestsShareARunner) {
    EXPECT_FALSE(reloads(nullptr, nullptr));
}

TEST(Reload, AnotherContextReloads) {
    EXPECT_TRUE(reloads(context(2048), context(8192), 2048));
    EXPECT_TRUE(reloads(context(8192), context(2048), 8192));
    EXPECT_TRUE(reloads(nullptr, context(8192)));
    EXPECT_FALSE(reloads(nullptr, context(4096)));
}

TEST(Reload, AContextBeyondTheTrainedOneDoesNotReloadAgain) {
    EXPECT_FALSE(reloads(context(100000), context(200000), 32768));
    EXPECT_FALSE(reloads(context(32768), context(100000), 32768));
}

TEST(Reload, AContextThatTheEngineHadToLowerDoesNotReloadAgain) {
    EXPECT_FALSE(reloads(context(8192), context(8192), 6000));
    EXPECT_TRUE(reloads(context(8192), context(7000), 6000));
}

TEST(Reload, AnAutomaticContextIsComparedWithAChosenOne) {
    EXPECT_TRUE(reloads(context(8192), nullptr, 8192));
    EXPECT_TRUE(reloads(context(64), nullptr, 64));
    EXPECT_FALSE(reloads(context(4096), nullptr, 4096));
    EXPECT_FALSE(reloads(nullptr, nullptr, 2048)) << "automatic both times, whatever it became";
    EXPECT_TRUE(reloads(nullptr, context(4096), 2048)) << "it had become less than is wanted now";
}

TEST(Reload, EachLoadOptionReloadsWhenChosen) {
    using O = wire::LoadOptions;
    EXPECT_TRUE(reloads(nullptr, option(&O::num_batch, 256)));
    EXPECT_TRUE(reloads(nullptr, option(&O::num_gpu, 0)));
    EXPECT_TRUE(reloads(nullptr, option(&O::main_gpu, 0)));
    EXPECT_TRUE(reloads(nullptr, option(&O::use_mmap, true)));
    EXPECT_TRUE(reloads(nullptr, option(&O::num_thread, 2)));
    EXPECT_TRUE(reloads(nullptr, option(&O::draft_num_predict, 4)));
}

// Section 6, rule 5: every other option that was chosen is undone by a request that leaves it out.
TEST(Reload, OnlyTheLayersOnGpusStayWhenLeftOut) {
    using O = wire::LoadOptions;
    EXPECT_FALSE(reloads(option(&O::num_gpu, 0), nullptr));
    EXPECT_TRUE(reloads(option(&O::num_batch, 256), nullptr));
    EXPECT_TRUE(reloads(option(&O::main_gpu, 0), nullptr));
    EXPECT_TRUE(reloads(option(&O::use_mmap, true), nullptr));
    EXPECT_TRUE(reloads(option(&O::num_thread, 2), nullptr));
    EXPECT_TRUE(reloads(option(&O::num_thread, 8), option(&O::num_thread, 0)));
    EXPECT_TRUE(reloads(option(&O::draft_num_predict, 4), nullptr));
}

TEST(Reload, OtherAdaptersOrProjectorsReload) {
    EXPECT_TRUE(reloads(nullptr, [](ModelSpec& s) { s.load.adapter_paths = {"x"}; }));
    EXPECT_TRUE(reloads(nullptr, [](ModelSpec& s) { s.load.projector_paths = {"x"}; }));
}

TEST(Reload, TheServersSettingsAreNotCompared) {
    EXPECT_FALSE(reloads(nullptr, [](ModelSpec& s) {
        s.name = "other";
        s.load.n_parallel = 1;
        s.load.kv_cache_type = "q8_0";
        s.load.flash_attention = true;
    }));
}

TEST(Reload, ResolvesTheContext) {
    EXPECT_EQ(resolved_context(spec(), kAutomatic), kAutomatic);
    EXPECT_EQ(resolved_context(spec(), 262144), 32768);
    EXPECT_EQ(resolved_context(spec(context(100)), kAutomatic), 100);
    EXPECT_EQ(resolved_context(spec(context(1 << 20)), kAutomatic), 32768);
}

}  // namespace
}  // namespace corral::sched
