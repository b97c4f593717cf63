#include "engine/thread_governor.h"

#include <gtest/gtest.h>

namespace corral::engine {
namespace {

using namespace std::chrono_literals;

TEST(ThreadGovernor, LeavesAQuietMachineAlone) {
    ThreadGovernor governor(2);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(governor.observe(200ms, 5ms, 0ms), 2);
}

TEST(ThreadGovernor, ABusyNeighbourGetsACoreOfItsOwn) {
    ThreadGovernor governor(2);
    EXPECT_EQ(governor.observe(200ms, 100ms, 0ms), 1) << "half a core lost of two";
    EXPECT_EQ(governor.observe(200ms, 0ms, 0ms), 1);
    EXPECT_EQ(governor.observe(200ms, 100ms, 0ms), 1) << "one thread is the least";
}

TEST(ThreadGovernor, OfManyThreadsASmallLossIsWorthOne) {
    ThreadGovernor two(2), sixteen(16);
    EXPECT_EQ(two.observe(200ms, 40ms, 0ms), 2) << "a fifth of a core is less than one of two";
    EXPECT_EQ(sixteen.observe(200ms, 40ms, 0ms), 15) << "but more than one of sixteen";
    EXPECT_EQ(sixteen.observe(200ms, 1000ms, 0ms), 10) << "five cores lost";
}

TEST(ThreadGovernor, TakesIdleCoresBack) {
    ThreadGovernor governor(4);
    governor.observe(200ms, 600ms, 0ms);
    ASSERT_EQ(governor.n_threads(), 1);
    EXPECT_EQ(governor.observe(200ms, 0ms, 100ms), 1) << "half a core is not enough";
    EXPECT_EQ(governor.observe(200ms, 0ms, 400ms), 3);
    EXPECT_EQ(governor.observe(200ms, 0ms, 800ms), 4) << "never more than at first";
}

TEST(ThreadGovernor, FollowsACoreThatComesAndGoesMoreAndMoreSlowly) {
    ThreadGovernor governor(2);
    int n_rises = 0;
    for (int i = 0; i < 600; ++i) {  // two minutes; every time we rise the neighbour is back
        const int before = governor.n_threads();
        const bool disturbed = before == 2;
        if (governor.observe(200ms, disturbed ? 150ms : 0ms, disturbed ? 0ms : 200ms) > before)
            ++n_rises;
    }
    EXPECT_GT(n_rises, 5);
    EXPECT_LT(n_rises, 20);
}

TEST(ThreadGovernor, ForgivesAfterAWhile) {
    ThreadGovernor governor(2);
    for (int i = 0; i < 300; ++i) {
        const bool disturbed = governor.n_threads() == 2;
        governor.observe(200ms, disturbed ? 150ms : 0ms, disturbed ? 0ms : 200ms);
    }
    for (int i = 0; i < 200; ++i) governor.observe(200ms, 0ms, 200ms);  // the neighbour has gone
    ASSERT_EQ(governor.n_threads(), 2);
    governor.observe(200ms, 150ms, 0ms);
    EXPECT_EQ(governor.observe(200ms, 0ms, 200ms), 2) << "as quick as at the beginning";
}

TEST(ThreadGovernor, ShortStretchesSayNothing) {
    ThreadGovernor governor(2);
    EXPECT_EQ(governor.observe(199ms, 199ms, 0ms), 2);
}

}  // namespace
}  // namespace corral::engine
