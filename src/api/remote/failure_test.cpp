#include "api/remote/failure.h"

#include <gtest/gtest.h>

#include "models/remote.h"

namespace corral::api::remote {
namespace {

models::ModelConfig ours() {
    models::ModelConfig config;
    (void)models::set_remote(config, "http://h:1/v1 there $X_API_KEY");
    return config;
}

TEST(RemoteFailure, FindsTheMessageOfEveryApi) {
    EXPECT_EQ(error_text(R"({"error":"plain"})"), "plain");
    EXPECT_EQ(error_text(R"({"error":{"message":"nested","type":"x"}})"), "nested");
    EXPECT_EQ(error_text(R"({"object":"error","message":"flat"})"), "flat");
    EXPECT_EQ(error_text(R"({"detail":"Not Found"})"), "Not Found");
    EXPECT_EQ(error_text("<h1>Bad Gateway</h1>"), "<h1>Bad Gateway</h1>");
    EXPECT_EQ(error_text(std::string(100'000, 'x')).size(), 2000U);
}

TEST(RemoteFailure, KeepsStatusAndNamesTheRemote) {
    const auto missing = refused(ours(), 404, R"({"error":"no such model"})");
    EXPECT_EQ(missing.code, ErrorCode::not_found);
    EXPECT_EQ(missing.http_status, 404);
    EXPECT_EQ(missing.message, "remote h:1: no such model");
    EXPECT_EQ(refused(ours(), 401, "").message, "remote h:1: status 401");
    const auto moved = refused(ours(), 302, "");
    EXPECT_EQ(moved.http_status, 502);
    EXPECT_EQ(moved.message,
              "remote h:1: the server redirects (status 302), which is not followed");
}

TEST(RemoteFailure, TellsConnectionsThatFail) {
    const auto down = lost(ours(), {ErrorCode::unavailable, "EOF", {}, 0});
    EXPECT_EQ(down.code, ErrorCode::unavailable);
    EXPECT_EQ(down.http_status, 502);
    EXPECT_EQ(down.message, "remote h:1: the connection failed: EOF");
}

TEST(RemoteFailure, LeavesTheTextsOfUpstreamsStubsBare) {
    models::ModelConfig stub;
    stub.remote_host = "http://h:1";
    EXPECT_EQ(refused(stub, 404, R"({"error":"no such model"})").message, "no such model");
    EXPECT_EQ(lost(stub, {ErrorCode::unavailable, "EOF", {}, 0}).http_status, 500);
}

// native-api.md 9.3.
TEST(RemoteFailure, HasTheBodyOfUpstreamsRelay) {
    EXPECT_EQ(relay_error_body({ErrorCode::not_found, "gone", 404}),
              R"({"StatusCode":404,"Status":"404 Not Found","error":"gone"})");
    EXPECT_EQ(relay_error_body({ErrorCode::unavailable, "EOF", 500}), R"({"error":"EOF"})");
}

}  // namespace
}  // namespace corral::api::remote
