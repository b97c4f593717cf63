#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/loopback_fixture.h"

namespace corral::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Task<void> hello(Request& /*request*/, Response& response) {
    (void)co_await response.send(200, "text/plain", "hello");
}

Task<void> echo(Request& request, Response& response) {
    auto body = co_await request.read_body(1 << 20);
    if (!body) {
        const int status = body.error().http_status;
        (void)co_await response.send(status == 0 ? 400 : status, "text/plain",
                                     body.error().message);
    } else {
        (void)co_await response.send(200, "text/plain", std::move(*body));
    }
}

Task<void> three_lines(Request& /*request*/, Response& response) {
    (void)co_await response.start(200, "application/x-ndjson");
    for (const char* line : {"one\n", "two\n", "three\n"}) (void)co_await response.write(line);
    (void)co_await response.finish();
}

Task<void> ignores_body(Request& /*request*/, Response& response) {
    (void)co_await response.send(200, "", "");
}

Task<void> throws(Request& /*request*/, Response& /*response*/) {
    throw std::runtime_error("on purpose");
    co_return;
}

Router basic_router() {
    Router router;
    for (const char* method : {"HEAD", "GET"}) router.add(method, "/hello", hello);
    router.add("GET", "/lines", three_lines);
    router.add("HEAD", "/lines", three_lines);
    router.add("GET", "/throws", throws);
    router.add("POST", "/echo", echo);
    router.add("POST", "/ignore", ignores_body);
    return router;
}

struct BasicServer : LoopbackServer {
    explicit BasicServer(ServerLimits limits = {}) : LoopbackServer(basic_router(), limits) {
        start();
    }
};

TEST(ServerTest, AnswersWithUpstreamsHeaders) {
    BasicServer server;
    RawClient client(server.port());
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    const RawResponse response = client.response();
    EXPECT_THAT(response.head, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: "));
    EXPECT_THAT(response.head, HasSubstr(" GMT\r\nContent-Length: 5\r\n\r\n"));
    EXPECT_THAT(response.head, Not(HasSubstr("Server:")));
    EXPECT_EQ(response.body, "hello");
}

TEST(ServerTest, KeepsTheConnectionForPipelinedRequests) {
    BasicServer server;
    RawClient client(server.port());
    client.send(
        "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
        "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.response().body, "hello");
    EXPECT_EQ(client.response().body, "abc");
    const RawResponse last = client.response();
    EXPECT_EQ(last.body, "hello");
    EXPECT_THAT(last.head, HasSubstr("Connection: close"));
    EXPECT_EQ(client.read_all(), "");
}

TEST(ServerTest, StreamsInChunks) {
    BasicServer server;
    RawClient client(server.port());
    client.send("GET /lines HTTP/1.1\r\nHost: x\r\n\r\n");
    const RawResponse response = client.response();
    EXPECT_THAT(response.head, HasSubstr("Transfer-Encoding: chunked\r\n\r\n"));
    EXPECT_EQ(response.body, "4\r\none\n\r\n4\r\ntwo\n\r\n6\r\nthree\n\r\n0\r\n\r\n");
}

TEST(ServerTest, StreamsToTheEndOfTheConnectionForHttp10) {
    BasicServer server;
    RawClient client(server.port());
    client.send("GET /lines HTTP/1.0\r\n\r\n");
    const std::string all = client.read_all();
    EXPECT_THAT(all, StartsWith("HTTP/1.0 200 OK\r\n"));
    EXPECT_THAT(all, Not(HasSubstr("chunked")));
    EXPECT_THAT(all, HasSubstr("\r\n\r\none\ntwo\nthree\n"));
}

TEST(ServerTest, SuppressesTheBodyOfHead) {
    BasicServer server;
    RawClient client(server.port());
    client.send(
        "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n"
        "HEAD /lines HTTP/1.1\r\nHost: x\r\n\r\n"
        "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 5"));
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("chunked"));
    EXPECT_EQ(client.response().body, "hello");
}

TEST(ServerTest, ReadsChunkedBodies) {
    BasicServer server;
    RawClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwi");
    client.send("ki\r\n5;ext=1\r\npedia\r\n0\r\nTrailer: x\r\n\r\n");
    EXPECT_EQ(client.response().body, "wikipedia");
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.response().body, "hello");
}

TEST(ServerTest, AsksForTheBodyOnceTheHandlerReads) {
    BasicServer server;
    RawClient client(server.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    EXPECT_EQ(client.response().body, "ok");
}

TEST(ServerTest, DoesNotAskForABodyNobodyReads) {
    BasicServer server;
    RawClient client(server.port());
    client.send(
        "POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    const std::string all = client.read_all();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
}

TEST(ServerTest, DrainsAShortUnreadBody) {
    BasicServer server;
    RawClient client(server.port());
    client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    EXPECT_THAT(client.response().head, Not(HasSubstr("Connection: close")));
    client.send(std::string(100000, 'x') + "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.response().body, "hello");
}

// native-api.md 12.45: the answer must not be lost to a reset.
TEST(ServerTest, DeliversTheAnswerDespiteALongUnreadBody) {
    BasicServer server;
    RawClient client(server.port());
    client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string piece = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    for (int i = 0; i < 32; ++i) client.send(piece);
    client.end_sending();
    bool reset = true;
    EXPECT_THAT(client.read_all(&reset), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_FALSE(reset);
}

TEST(ServerTest, RefusesABodyOverTheLimit) {
    BasicServer server;
    RawClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
    const RawResponse response = client.response();
    EXPECT_THAT(response.head, StartsWith("HTTP/1.1 413 "));
    EXPECT_EQ(response.body, "request body is larger than 1048576 bytes");
}

TEST(ServerTest, AnswersAFailingHandlerWithAnEmpty500) {
    BasicServer server;
    RawClient client(server.port());
    client.send("GET /throws HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    const RawResponse response = client.response();
    EXPECT_THAT(response.head, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(client.response().body, "hello");
}

TEST(ServerTest, RefusesWhatIsNotHttp) {
    BasicServer server;
    RawClient client(server.port());
    client.send("\x16\x03\x01 nonsense\r\n\r\n");
    const std::string all = client.read_all();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(all, HasSubstr("\r\n\r\n400 Bad Request"));
}

TEST(ServerTest, RefusesHeadersOverTheLimit) {
    BasicServer server({.header_bytes = 1024});
    RawClient client(server.port());
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 431 "));
}

TEST(ServerTest, ClosesAConnectionWhoseHeadersDoNotArrive) {
    BasicServer server({.header_timeout_ms = 20});
    RawClient client(server.port());
    client.send("GET /hello HTTP/1.1\r\nHo");
    EXPECT_EQ(client.read_all(), "");
}

TEST(ServerTest, ClosesIdleConnections) {
    BasicServer server({.idle_timeout_ms = 20});
    RawClient client(server.port());
    EXPECT_EQ(client.read_all(), "");
}

TEST(ServerTest, MakesConnectionsOverTheLimitWait) {
    BasicServer server({.connections = 1});
    RawClient first(server.port());
    first.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(first.response().body, "hello");
    RawClient second(server.port());
    second.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    first.close();
    EXPECT_EQ(second.response().body, "hello");
}

TEST(ServerTest, ReportsEveryExchange) {
    LoopbackServer server(basic_router());
    std::promise<std::string> line;
    server.server().on_exchange([&](const ExchangeRecord& record) {
        line.set_value(fmt::format("{} {} {} {}", record.remote_address, record.method, record.path,
                                   record.status));
    });
    server.start();
    RawClient client(server.port());
    client.send("GET /he%6clo?x=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.response().body, "hello");
    EXPECT_EQ(line.get_future().get(), "127.0.0.1 GET /hello 200");
}

TEST(ServerTest, SaysWhyItCannotListen) {
    BasicServer server;
    asio::io_context io;
    Server second(io, Router());
    const auto listening = second.listen("127.0.0.1", server.port());
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().message,
              fmt::format("listen tcp 127.0.0.1:{}: bind: address already in use", server.port()));
}

// A handler that streams one line and then waits until it is cancelled.
class WaitingServer : public LoopbackServer {
public:
    WaitingServer() : LoopbackServer(router()) { start(); }
    // "cancelled" or "released", once the handler has returned.
    std::string outcome() { return outcome_.get_future().get(); }
    void release() {
        asio::post(io(), [this] {
            released_ = true;
            if (timer_) timer_->cancel();
        });
    }

private:
    Router router() {
        Router router;
        router.add("POST", "/wait", [this](Request& request, Response& response) {
            return wait(request, response);
        });
        router.add("GET", "/hello", hello);
        return router;
    }
    Task<void> wait(Request& request, Response& response) {
        (void)co_await request.read_body(1 << 20);
        (void)co_await response.start(200, "application/x-ndjson");
        (void)co_await response.write("first\n");
        timer_ = std::make_unique<asio::steady_timer>(co_await asio::this_coro::executor);
        timer_->expires_at(asio::steady_timer::time_point::max());
        response.on_cancel([this] { timer_->cancel(); });
        boost::system::error_code ignored;
        if (!response.cancelled() && !released_) {
            co_await timer_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        if (!response.cancelled()) (void)co_await response.write("last\n");
        outcome_.set_value(response.cancelled() ? "cancelled" : "released");
    }
    std::unique_ptr<asio::steady_timer> timer_;
    bool released_ = false;
    std::promise<std::string> outcome_;
};

constexpr std::string_view kWait = "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";

TEST(ServerTest, CancelsTheHandlerWhenTheClientLeaves) {
    WaitingServer server;
    RawClient client(server.port());
    client.send(kWait);
    client.read_until("first\n");
    client.close();
    EXPECT_EQ(server.outcome(), "cancelled");
}

TEST(ServerTest, CancelsTheHandlerOfALeavingClientWithPipelinedRequests) {
    WaitingServer server;
    RawClient client(server.port());
    client.send(kWait);
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_until("first\n");
    client.close();
    EXPECT_EQ(server.outcome(), "cancelled");
}

TEST(ServerTest, AnswersWhatWasPipelinedBehindAStream) {
    WaitingServer server;
    RawClient client(server.port());
    client.send(kWait);
    client.read_until("first\n");
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    server.release();
    EXPECT_EQ(server.outcome(), "released");
    EXPECT_THAT(client.read_until("0\r\n\r\n"), HasSubstr("last\n"));
    EXPECT_EQ(client.response().body, "hello");
}

// Writes without end and reports whether the handler was let go.
class EndlessServer : public LoopbackServer {
public:
    explicit EndlessServer(std::int64_t stall_timeout_ms)
        : LoopbackServer(router(), {.stall_timeout_ms = stall_timeout_ms}) {
        start();
    }
    std::size_t bytes_written() { return written_.get_future().get(); }

private:
    Router router() {
        Router router;
        router.add("GET", "/endless", [this](Request&, Response& response) {
            return write_until_cancelled(response);
        });
        return router;
    }
    Task<void> write_until_cancelled(Response& response) {
        const std::string piece(256 << 10, 'x');
        std::size_t bytes = 0;
        (void)co_await response.start(200, "text/plain");
        while (co_await response.write(piece)) bytes += piece.size();
        EXPECT_TRUE(response.cancelled());
        written_.set_value(bytes);
    }
    std::promise<std::size_t> written_;
};

TEST(ServerTest, LetsGoOfAClientThatNeverReads) {
    EndlessServer server(20);
    RawClient client(server.port());
    client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_GT(server.bytes_written(), 0);  // what fits into the kernel's buffers
}

TEST(ServerTest, ShutdownLetsRunningAnswersFinish) {
    WaitingServer server;
    RawClient idle(server.port());
    RawClient client(server.port());
    client.send(kWait);
    client.read_until("first\n");
    auto done = server.shutdown(60'000);
    EXPECT_EQ(idle.read_all(), "");
    server.release();
    EXPECT_EQ(server.outcome(), "released");
    EXPECT_THAT(client.read_all(), HasSubstr("last\n"));
    client.close();
    done.get();
}

TEST(ServerTest, ShutdownCancelsAnswersAfterTheGraceTime) {
    WaitingServer server;
    RawClient client(server.port());
    client.send(kWait);
    client.read_until("first\n");
    server.shutdown(1).get();
    EXPECT_EQ(server.outcome(), "cancelled");
    EXPECT_THAT(client.read_all(), Not(HasSubstr("0\r\n\r\n")));
}

}  // namespace
}  // namespace corral::http
