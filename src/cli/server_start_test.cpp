#include "cli/server_start.h"

#include <gtest/gtest.h>

namespace corral::cli {
namespace {

TEST(NothingListens, KnowsRefusedConnections) {
    auto error = [](const char* text) { return Error{ErrorCode::unavailable, text, {}, 0}; };
    EXPECT_TRUE(nothing_listens(
        error("Head \"http://127.0.0.1:1/\": dial tcp 127.0.0.1:1: connect: connection refused")));
    EXPECT_TRUE(nothing_listens(error("could not connect")));
    EXPECT_FALSE(nothing_listens(error("dial tcp 10.0.0.9:1: i/o timeout")));
}

TEST(TailOf, KeepsTheLastLines) {
    EXPECT_EQ(tail_of("one\ntwo\nthree\n\n", 2), "  two\n  three");
    EXPECT_EQ(tail_of("one", 5), "  one");
    EXPECT_EQ(tail_of("", 5), "  ");
}

}  // namespace
}  // namespace corral::cli
