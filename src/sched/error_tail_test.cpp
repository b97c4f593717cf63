#include "sched/error_tail.h"

#include <gtest/gtest.h>

#include <vector>

namespace corral::sched {
namespace {

std::string kept(std::string_view output) {
    ErrorTail tail;
    tail.feed(output, [](std::string_view) {});
    return tail.text();
}

TEST(ErrorTail, KeepsLinesFromTheirMarkOn) {
    EXPECT_EQ(kept("loading\nmain: error: no such file\ndone\n"), "error: no such file");
    EXPECT_EQ(kept("x GGML_ASSERT(a) failed\nfatal error: b\n"),
              "GGML_ASSERT(a) failed\nfatal error: b");
}

TEST(ErrorTail, TheEarliestMarkInALineCounts) {
    EXPECT_EQ(kept("a CUDA error: out\n"), "CUDA error: out");
}

TEST(ErrorTail, KeepsWholeLinesThatSayThatMemoryRanOut) {
    EXPECT_EQ(kept("buffer: Failed to Allocate 12 MiB\n"), "buffer: Failed to Allocate 12 MiB");
}

TEST(ErrorTail, JoinsPiecesAndDropsCarriageReturns) {
    ErrorTail tail;
    std::vector<std::string> lines;
    auto on_line = [&](std::string_view line) { lines.emplace_back(line); };
    tail.feed("err", on_line);
    tail.feed("or: x\r", on_line);
    EXPECT_TRUE(lines.empty());
    tail.feed("\n\n", on_line);
    EXPECT_EQ(lines, (std::vector<std::string>{"error: x", ""}));
    EXPECT_EQ(tail.text(), "error: x");
}

TEST(ErrorTail, HoldsABoundedAmount) {
    std::string output;
    for (int i = 0; i < 1000; ++i) output += "error: number " + std::to_string(i) + "\n";
    const std::string text = kept(output + "error: " + std::string(100000, 'x') + "\n");
    EXPECT_EQ(text.size(), kMaxTailBytes);
    EXPECT_NE(text.find("number 999"), text.npos);
}

TEST(ErrorTail, CanForget) {
    ErrorTail tail;
    tail.feed("error: x\n", [](std::string_view) {});
    tail.clear();
    EXPECT_EQ(tail.text(), "");
}

TEST(ErrorTail, RecognisesOutOfMemoryTexts) {
    EXPECT_TRUE(says_out_of_memory("CUDA: OUT OF MEMORY"));
    EXPECT_FALSE(says_out_of_memory("out of cheese"));
}

}  // namespace
}  // namespace corral::sched
