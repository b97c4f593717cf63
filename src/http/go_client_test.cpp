#include "http/go_client.h"

#include <gmock/gmock.h>

namespace corral::http {
namespace {

TEST(TransportError, NamesTheRequest) {
    Error cause{ErrorCode::unavailable, "dial tcp 10.0.0.9:11434: i/o timeout", {}, 0};
    EXPECT_EQ(transport_error("GET", "http://10.0.0.9:11434/api/tags", cause).message,
              "Get \"http://10.0.0.9:11434/api/tags\": dial tcp 10.0.0.9:11434: i/o timeout");
    Error cancelled{ErrorCode::cancelled, "cancelled", {}, 0};
    EXPECT_EQ(transport_error("POST", "http://h/", cancelled).message, "cancelled");
}

TEST(UserAgent, StartsAsClientsOfOllamaDo) {
    EXPECT_THAT(user_agent(),
                testing::MatchesRegex("ollama/[0-9.]+ \\([a-z0-9_]+ linux\\) corral/.+"));
}

}  // namespace
}  // namespace corral::http
