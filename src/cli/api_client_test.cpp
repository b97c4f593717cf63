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

}  // namespace
}  // namespace corral::cli
