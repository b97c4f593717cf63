#include "base/guarded.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace corral {
namespace {

TEST(Guarded, ManyThreadsLoseNothing) {
    Guarded<int> counter;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int k = 0; k < 1000; ++k) ++*counter.lock();
            });
        }
    }
    EXPECT_EQ(*counter.lock(), 4000);
}

TEST(Guarded, WaitsForAChange) {
    Guarded<std::vector<int>> inbox;
    std::condition_variable changed;
    const std::jthread sender([&] {
        inbox.lock()->push_back(7);
        changed.notify_one();
    });
    auto held = inbox.lock();
    held.wait(changed, [&] { return !held->empty(); });
    EXPECT_EQ(held->front(), 7);
}

}  // namespace
}  // namespace corral
