#include "serve/cors.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "http/fake_exchange.h"

namespace corral::serve {
namespace {

std::string judge(const std::vector<std::string>& configured, std::string_view origin) {
    const auto rules = CorsRules::create(configured);
    if (!rules) return rules.error().message;
    switch (rules->judge(origin, "here:11434")) {
        case CorsRules::Verdict::allowed:
            return "allowed";
        case CorsRules::Verdict::refused:
            return "refused";
        case CorsRules::Verdict::not_cross_origin:
            return "same";
    }
    return "";
}

TEST(CorsTest, AllowsLocalPagesAndApps) {
    for (const char* origin :
         {"http://localhost", "https://127.0.0.1", "http://0.0.0.0:3000", "https://localhost:1",
          "app://x", "file://", "tauri://localhost", "vscode-webview://abc"}) {
        EXPECT_EQ(judge({}, origin), "allowed") << origin;
    }
}

TEST(CorsTest, RefusesOthers) {
    for (const char* origin :
         {"http://LOCALHOST", "http://localhost.evil.com", "http://example.com", "null",
          "chrome-extension://abc", "http://192.168.0.1"}) {
        EXPECT_EQ(judge({}, origin), "refused") << origin;
    }
}

TEST(CorsTest, LeavesTheServersOwnPagesAlone) {
    EXPECT_EQ(judge({}, ""), "same");
    EXPECT_EQ(judge({}, "http://here:11434"), "same");
    EXPECT_EQ(judge({}, "https://here:11434"), "same");
    EXPECT_EQ(judge({}, "http://here"), "refused");
}

TEST(CorsTest, FollowsTheSetting) {
    EXPECT_EQ(judge({"https://Example.com"}, "https://example.com"), "allowed");
    EXPECT_EQ(judge({"https://example.com"}, "https://Example.com"), "refused");
    EXPECT_EQ(judge({"https://*.example.com"}, "https://a.example.com"), "allowed");
    EXPECT_EQ(judge({"*.example.com"}, "https://a.example.com"), "allowed");
    EXPECT_EQ(judge({"*"}, "null"), "allowed");
}

TEST(CorsTest, RefusesBadSettings) {
    EXPECT_EQ(judge({"http://*.*"}, ""), "OLLAMA_ORIGINS: only one * is allowed in \"http://*.*\"");
    EXPECT_EQ(judge({" http://x"}, "").find("OLLAMA_ORIGINS: \" http://x\" must contain *"), 0U);
    EXPECT_EQ(judge({""}, "").find("OLLAMA_ORIGINS: \"\" must"), 0U);
}

// The response after the filter, and whether it answered.
std::pair<http::FakeResponse, bool> filter(const std::vector<std::string>& configured,
                                           std::string method, const std::string& origin) {
    const auto apply = cors_filter(CorsRules::create(configured).value());
    http::FakeRequest request(std::move(method), "/api/tags");
    request.headers["Origin"] = origin;
    http::FakeResponse response;
    bool answered = false;
    http::asio::io_context io;
    http::asio::co_spawn(
        io, [&]() -> http::Task<void> { answered = co_await apply(request, response); },
        http::asio::detached);
    io.run();
    return {response, answered};
}

TEST(CorsTest, AddsHeadersToAllowedRequests) {
    const auto [response, answered] = filter({}, "GET", "http://localhost:1");
    EXPECT_FALSE(answered);
    EXPECT_EQ(response.one("Access-Control-Allow-Origin"), "http://localhost:1");
    EXPECT_EQ(response.all("Vary"), "Origin");
    EXPECT_EQ(response.headers.size(), 2U);
}

TEST(CorsTest, AnswersPreflightRequests) {
    const auto [response, answered] = filter({}, "OPTIONS", "http://localhost:1");
    EXPECT_TRUE(answered);
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.one("Access-Control-Allow-Methods"),
              "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS");
    EXPECT_EQ(response.one("Access-Control-Max-Age"), "43200");
    EXPECT_EQ(response.all("Vary"),
              "Origin|Access-Control-Request-Method|Access-Control-Request-Headers");
}

TEST(CorsTest, SaysStarWhenEverythingIsAllowed) {
    const auto [response, answered] = filter({"*"}, "OPTIONS", "http://example.com");
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.one("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(response.all("Vary"), "");
}

TEST(CorsTest, AnswersRefusedOriginsWithNothing) {
    const auto [response, answered] = filter({}, "OPTIONS", "http://example.com");
    EXPECT_TRUE(answered);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.body, "");
    EXPECT_TRUE(response.headers.empty());
}

}  // namespace
}  // namespace corral::serve
