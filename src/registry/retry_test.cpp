#include "registry/retry.h"

#include <gtest/gtest.h>

namespace corral::registry {
namespace {

using namespace std::chrono_literals;

TEST(Pauses, BetweenTriesDouble) {
    for (const auto& [n_tries, pause] : {std::pair(1, 1s), {2, 2s}, {3, 4s}, {4, 8s}, {5, 16s}})
        EXPECT_EQ(pause_between_tries(n_tries, kPatience), pause) << n_tries;
    EXPECT_EQ(pause_between_tries(1, 300ms), 10ms) << "less patience, shorter pauses";
}

TEST(Pauses, BetweenLooksGrowToTenSeconds) {
    for (const auto& [n_tries, pause] :
         {std::pair(1, 10ms), {2, 40ms}, {10, 1000ms}, {32, 10'000ms}, {1000, 10'000ms}})
        EXPECT_EQ(pause_between_looks(n_tries), pause) << n_tries;
}

}  // namespace
}  // namespace corral::registry
