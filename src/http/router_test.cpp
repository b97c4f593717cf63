#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "http/fake_exchange.h"
#include "http/server.h"

namespace corral::http {
namespace {

Handler answer(std::string text) {
    return [text](Request& request, Response& response) -> Task<void> {
        std::string body = text;
        for (const auto& [name, value] : request.parameters) body += " " + name + "=" + value;
        (void)co_await response.send(200, "", body);
    };
}

Router sample() {
    Router router;
    router.add("HEAD", "/", answer("root"));
    router.add("GET", "/", answer("root"));
    router.add("POST", "/api/show", answer("show"));
    router.add("HEAD", "/api/tags", answer("tags"));
    router.add("GET", "/api/tags", answer("tags"));
    router.add("DELETE", "/api/delete", answer("delete"));
    router.add("POST", "/api/blobs/:digest", answer("blob"));
    router.add("HEAD", "/api/blobs/:digest", answer("blob"));
    return router;
}

FakeResponse dispatch(const Router& router, std::string method, std::string target) {
    FakeRequest request(std::move(method), std::move(target));
    FakeResponse response;
    asio::io_context io;
    asio::co_spawn(io, router.dispatch(request, response), asio::detached);
    io.run();
    return response;
}

TEST(RouterTest, FindsHandlersAndParameters) {
    const Router router = sample();
    EXPECT_EQ(dispatch(router, "GET", "/").body, "root");
    EXPECT_EQ(dispatch(router, "GET", "/api/tags?x=1").body, "tags");
    EXPECT_EQ(dispatch(router, "POST", "/api/blobs/a%3Ab").body, "blob digest=a:b");
}

TEST(RouterTest, AnswersUnknownPaths) {
    for (const char* target : {"/api/TAGS", "/api", "/api/blobs/a/b", "/nothing/", "/api/show2"}) {
        const FakeResponse response = dispatch(sample(), "GET", target);
        EXPECT_EQ(response.status, 404) << target;
        EXPECT_EQ(response.one("Content-Type"), "text/plain");
        EXPECT_EQ(response.body, "404 page not found");
    }
}

TEST(RouterTest, NamesTheMethodsOfAKnownPath) {
    const auto check = [](const char* method, const char* target, const char* allow) {
        const FakeResponse response = dispatch(sample(), method, target);
        EXPECT_EQ(response.status, 405) << target;
        EXPECT_EQ(response.one("Allow"), allow);
        EXPECT_EQ(response.body, "405 method not allowed");
    };
    check("GET", "/api/show", "POST");
    check("POST", "/api/tags", "HEAD, GET");
    check("GET", "/api/blobs/x", "HEAD, POST");
    check("PROPFIND", "/", "HEAD, GET");
}

TEST(RouterTest, Redirects) {
    const auto check = [](const char* method, const char* target, int status, const char* location,
                          const char* body) {
        const FakeResponse response = dispatch(sample(), method, target);
        EXPECT_EQ(response.status, status) << target;
        EXPECT_EQ(response.one("Location"), location);
        EXPECT_EQ(response.body, body);
    };
    check("GET", "/api/tags/", 301, "/api/tags",
          "<a href=\"/api/tags\">Moved Permanently</a>.\n\n");
    check("GET", "/api/tags%2f", 301, "/api/tags",
          "<a href=\"/api/tags\">Moved Permanently</a>.\n\n");
    check("POST", "/api/show/?a=b", 307, "/api/show?a=b", "");
    check("POST", "/api//show", 307, "/api/show", "");
    check("GET", "/x/../api/tags", 307, "/api/tags",
          "<a href=\"/api/tags\">Temporary Redirect</a>.\n\n");
}

TEST(RouterTest, DoesNotRedirectToAPathOfAnotherMethod) {
    EXPECT_EQ(dispatch(sample(), "GET", "/api/show/").status, 404);
}

TEST(RouterTest, RunsFiltersBeforeAnswersButNotBeforeRedirects) {
    Router router = sample();
    router.add_filter([](Request& request, Response& response) -> Task<bool> {
        response.set_header("Seen", "yes");
        if (request.method() != "OPTIONS") co_return false;
        (void)co_await response.send(204, "", "");
        co_return true;
    });
    EXPECT_EQ(dispatch(router, "GET", "/").one("Seen"), "yes");
    EXPECT_EQ(dispatch(router, "GET", "/nothing").one("Seen"), "yes");
    EXPECT_EQ(dispatch(router, "GET", "/api/tags/").headers.count("Seen"), 0U);
    const FakeResponse options = dispatch(router, "OPTIONS", "/api/tags");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.one("Allow"), "HEAD, GET");
}

}  // namespace
}  // namespace corral::http
