#include "engine/pace.h"

#include <gtest/gtest.h>

namespace corral::engine {
namespace {

TEST(PaceTest, ReadsFullBatchesOnFastMachines) {
    Pace pace(2048);
    pace.record(0, 128, 1.0);
    EXPECT_EQ(pace.prompt_tokens(0, 1), 2048);
}

TEST(PaceTest, BoundsAStepInTimeWhenAlone) {
    Pace pace(2048);
    pace.record(0, 128, 640);  // 5 ms a token
    EXPECT_EQ(pace.prompt_tokens(0, 1), 200);
}

TEST(PaceTest, KeepsChunksWorthwhileOnSlowMachines) {
    Pace pace(2048);
    pace.record(0, 128, 128 * 100);
    EXPECT_EQ(pace.prompt_tokens(0, 1), Pace::kAloneTokens);
}

TEST(PaceTest, GivesPromptsAShareOfTheStepWhileOthersGenerate) {
    Pace pace(2048);
    pace.record(2, 0, 60);                    // 60 ms a step
    pace.record(2, 16, 60 + 16 * 5);          // 5 ms a prompt token
    EXPECT_EQ(pace.prompt_tokens(2, 1), 18);  // 1.5 x 60 ms
}

TEST(PaceTest, LetsACrowdInFaster) {
    Pace pace(2048);
    pace.record(1, 0, 40);
    pace.record(1, 16, 40 + 16 * 5);
    EXPECT_EQ(pace.prompt_tokens(1, 1), 11);    // 1.5 x 40 ms
    EXPECT_EQ(pace.prompt_tokens(1, 3), 35);    // three times that
    EXPECT_EQ(pace.prompt_tokens(1, 9), 107);   // nine times that
    EXPECT_EQ(pace.prompt_tokens(1, 99), 199);  // a second at most
}

TEST(PaceTest, LetsACrowdInBesideManyStreams) {
    Pace pace(2048);
    pace.record(32, 0, 100);
    pace.record(32, 16, 100 + 16 * 5);
    EXPECT_EQ(pace.prompt_tokens(32, 1), 28);   // 1.5 x 100 ms
    EXPECT_EQ(pace.prompt_tokens(32, 3), 88);   // three shares
    EXPECT_EQ(pace.prompt_tokens(32, 8), 120);  // four at most
}

TEST(PaceTest, PromptsAreNoDearerBesideMoreStreams) {
    Pace pace(2048);
    pace.record(1, 0, 40);
    for (int n = 1; n < 60; ++n) pace.record(n, 8, 40 + (n - 1 + 8) * 5);
    EXPECT_EQ(pace.prompt_tokens(32, 64), 200);  // a second
    EXPECT_EQ(pace.prompt_tokens(15, 1), 33);    // 1.5 x (40 ms + 14 x 5 ms)
}

TEST(PaceTest, CutsToWholeRowBlocks) {
    Pace pace(2048);
    pace.record(3, 0, 60);
    pace.record(3, 16, 60 + 16 * 5);
    EXPECT_EQ((3 + pace.prompt_tokens(3, 1)) % Pace::kRowBlock, 0);
}

TEST(PaceTest, StaysSmallWhenGenerationIsVerySlow) {
    Pace pace(2048);
    pace.record(1, 0, 2000);
    pace.record(1, 10, 2000 + 500);
    EXPECT_EQ(pace.prompt_tokens(1, 1), 5);  // 250 ms at most
}

TEST(PaceTest, AlwaysMakesProgress) {
    Pace pace(2048);
    pace.record(1, 0, 10);
    pace.record(1, 1, 5000);
    EXPECT_EQ(pace.prompt_tokens(1, 1), Pace::kMinTokens);
    EXPECT_EQ(Pace(4).prompt_tokens(4, 1), 1);
}

TEST(PaceTest, AdaptsToChange) {
    Pace pace(2048);
    pace.record(0, 100, 100);
    for (int i = 0; i < 30; ++i) pace.record(0, 100, 10000);
    EXPECT_EQ(pace.prompt_tokens(0, 1), Pace::kAloneTokens);  // 100 ms a token
}

}  // namespace
}  // namespace corral::engine
