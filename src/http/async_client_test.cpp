#include "http/async_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "base/await.h"
#include "http/loopback_fixture.h"

namespace corral::http {
namespace {

// A server with the handlers of these tests, and a client on the test's own thread.
class AsyncClientTest : public testing::Test {
protected:
    AsyncClientTest() : server_(make_router()) { server_.start(); }

    Router make_router() {
        Router router;
        router.add("POST", "/echo", [](Request& request, Response& response) -> Task<void> {
            auto body = co_await request.read_body(1 << 20);
            co_await response.send(200, "text/plain", "you said " + body.value_or("nothing"));
        });
        router.add("GET", "/pieces", [](Request&, Response& response) -> Task<void> {
            (void)co_await response.start(200, "text/plain");
            for (int i = 0; i < 3; ++i) (void)co_await response.write(std::to_string(i));
            (void)co_await response.finish();
        });
        // Writes once, then waits until the client goes away.
        router.add("GET", "/endless", [this](Request&, Response& response) -> Task<void> {
            (void)co_await response.start(200, "text/plain");
            (void)co_await response.write("first");
            asio::steady_timer forever(server_.io(), asio::steady_timer::time_point::max());
            response.on_cancel([&] { forever.cancel(); });
            co_await forever.async_wait(kAwait);
            was_left_ = true;
        });
        router.add("GET", "/elsewhere", [](Request&, Response& response) -> Task<void> {
            response.set_header("Location", "/echo");
            co_await response.send(302, {}, {});
        });
        return router;
    }

    ClientRequest request(std::string path) const {
        ClientRequest request;
        request.url = fmt::format("http://127.0.0.1:{}{}", server_.port(), path);
        return request;
    }

    static AsyncClient::OnBody collect() {
        return [](std::string_view piece, ClientResponse& response) -> std::optional<Error> {
            response.body += piece;
            return std::nullopt;
        };
    }

    // Starts an exchange and keeps its result.
    struct Kept {
        std::unique_ptr<PendingExchange> exchange;
        std::optional<Result<ClientResponse>> result;
    };
    std::shared_ptr<Kept> start(ClientRequest request) {
        auto kept = std::make_shared<Kept>();
        kept->exchange = client_.start(std::move(request), collect(), [kept](auto result) {
            kept->result = std::move(result);
            kept->exchange.reset();
        });
        return kept;
    }
    Result<ClientResponse> wait_for(const std::shared_ptr<Kept>& kept) {
        while (!kept->result) io_.run_one();
        return std::move(*kept->result);
    }

    std::atomic<bool> was_left_ = false;
    LoopbackServer server_;
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    AsyncClient client_{io_};
};

TEST_F(AsyncClientTest, CarriesManyExchangesAtATime) {
    std::vector<std::shared_ptr<Kept>> all;
    for (int i = 0; i < 50; ++i) {
        auto asked = request("/echo");
        asked.method = "POST";
        asked.body = std::to_string(i);
        all.push_back(start(std::move(asked)));
    }
    for (int i = 0; i < 50; ++i) {
        const auto response = wait_for(all[static_cast<std::size_t>(i)]);
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->status, 200);
        EXPECT_EQ(response->body, "you said " + std::to_string(i));
    }
}

TEST_F(AsyncClientTest, UsesItsConnectionsAgain) {
    for (int i = 0; i < 3; ++i) {
        const auto response = wait_for(start(request("/pieces")));
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->body, "012");
    }
}

TEST_F(AsyncClientTest, GivesPiecesAsTheyComeAndEndsWithItsOwner) {
    std::string seen;
    auto exchange = client_.start(
        request("/endless"),
        [&](std::string_view piece, ClientResponse& response) -> std::optional<Error> {
            EXPECT_EQ(response.status, 200);
            seen += piece;
            return std::nullopt;
        },
        [](auto) { FAIL() << "nobody is to be told"; });
    while (seen.empty()) io_.run_one();
    EXPECT_EQ(seen, "first");
    exchange.reset();
    // The server sees its client go.
    while (!was_left_) (void)wait_for(start(request("/pieces")));
}

TEST_F(AsyncClientTest, EndsWithTheErrorOfItsReader) {
    std::optional<Result<ClientResponse>> result;
    auto exchange = client_.start(
        request("/endless"),
        [](std::string_view, ClientResponse&) {
            return std::optional<Error>({ErrorCode::corrupt, "I do not like it", {}, 0});
        },
        [&](auto ended) { result = std::move(ended); });
    while (!result) io_.run_one();
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().message, "I do not like it");
}

TEST_F(AsyncClientTest, FollowsNoRedirect) {
    const auto response = wait_for(start(request("/elsewhere")));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 302);
}

TEST_F(AsyncClientTest, TellsThatNobodyListens) {
    ClientRequest asked;
    asked.url = "http://127.0.0.1:1/";
    const auto response = wait_for(start(std::move(asked)));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_EQ(response.error().message, "dial tcp 127.0.0.1:1: connect: connection refused");
}

TEST_F(AsyncClientTest, TellsThatTheServerDiedInItsAnswer) {
    std::optional<Result<ClientResponse>> result;
    std::string seen;
    auto exchange = client_.start(
        request("/endless"),
        [&](std::string_view piece, ClientResponse&) -> std::optional<Error> {
            seen += piece;
            return std::nullopt;
        },
        [&](auto ended) { result = std::move(ended); });
    while (seen.empty()) io_.run_one();
    auto gone = server_.shutdown(0);
    while (!result) io_.run_one();
    gone.wait();
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().code, ErrorCode::unavailable);
}

TEST_F(AsyncClientTest, MayEndBeforeItsExchanges) {
    AsyncClient brief(io_);
    auto moved = std::make_unique<AsyncClient>(io_);
    auto exchange = moved->start(request("/endless"), collect(), [](auto) { FAIL(); });
    io_.run_one();
    moved.reset();
    io_.poll();
    exchange.reset();
}

}  // namespace
}  // namespace corral::http
