#include "engine/watchdog.h"

#include <gtest/gtest.h>

#include <future>

namespace corral::engine {
namespace {

TEST(WatchdogTest, CallsWhenTimeIsUp) {
    std::promise<int> called;
    Watchdog watchdog(std::chrono::milliseconds(1), [&] { called.set_value(7); });
    // The work ends only once the watchdog has called.
    EXPECT_EQ(watchdog.guard([&] { return called.get_future().get(); }), 7);
}

TEST(WatchdogTest, LeavesShortWorkAlone) {
    Watchdog watchdog(std::chrono::hours(1), [] { FAIL(); });
    for (int i = 0; i < 100; ++i) EXPECT_EQ(watchdog.guard([i] { return i; }), i);
}

}  // namespace
}  // namespace corral::engine
