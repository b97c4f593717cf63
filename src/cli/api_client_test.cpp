#include "cli/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::cli {
namespace {

TEST(AnswerError, ShowsTheErrorAloneForPlainRequests) {
    auto error = answer_error(404, R"({"error":"model 'x' not found"})", false);
    EXPECT_EQ(error.message, "model 'x' not found");
    EXPECT_EQ(error.code, ErrorCode::not_found);
    EXPECT_EQ(error.http_status, 404);
    EXPECT_EQ(answer_error(502, "bad gateway\n", false).message, "bad gateway");
}

TEST(AnswerError, PutsTheStatusBeforeTheErrorOfAStream) {
    EXPECT_EQ(answer_error(400, R"({"error":"\"m\" does not support thinking"})", true).message,
              "400 Bad Request: \"m\" does not support thinking");
    EXPECT_EQ(answer_error(401, "{}", true).message, "401 Unauthorized");
}

TEST(AnswerError, TellsWhereToSignIn) {
    EXPECT_EQ(
        answer_error(401, R"({"error":"unauthorized","signin_url":"https://x/"})", false).hint,
        "https://x/");
    EXPECT_EQ(answer_error(401, "[]", false).hint, "");
    EXPECT_EQ(answer_error(401, "no JSON", true).hint, "");
}

TEST(AnswerError, SaysSomethingWhenTheServerDoesNot) {
    EXPECT_EQ(answer_error(500, "", false).message,
              "something went wrong, please see the ollama server logs for details");
}

TEST(TransportError, NamesTheRequest) {
    Error cause{ErrorCode::unavailable, "dial tcp 10.0.0.9:11434: i/o timeout", {}, 0};
    EXPECT_EQ(transport_error("GET", "http://10.0.0.9:11434/api/tags", cause).message,
              "Get \"http://10.0.0.9:11434/api/tags\": dial tcp 10.0.0.9:11434: i/o timeout");
    Error cancelled{ErrorCode::cancelled, "cancelled", {}, 0};
    EXPECT_EQ(transport_error("POST", "http://h/", cancelled).message, "cancelled");
}

TEST(Connectable, ReplacesUnspecifiedHosts) {
    auto host_for = [](std::string host) {
        HostAddress address;
        address.host = std::move(host);
        return connectable(address).host;
    };
    EXPECT_EQ(host_for("0.0.0.0"), "127.0.0.1");
    EXPECT_EQ(host_for(""), "127.0.0.1");
    EXPECT_EQ(host_for("::"), "::1");
    EXPECT_EQ(host_for("10.0.0.9"), "10.0.0.9");
}

TEST(UserAgent, StartsAsClientsOfOllamaDo) {
    EXPECT_THAT(user_agent(),
                testing::MatchesRegex("ollama/[0-9.]+ \\([a-z0-9_]+ linux\\) corral/.+"));
}

}  // namespace
}  // namespace corral::cli
