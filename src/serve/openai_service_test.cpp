#include "serve/openai_service.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>

#include "http/fake_exchange.h"

namespace corral::serve {
namespace {

// Gives its events one after another, where nothing stands for a long wait.
class FakeEvents : public sched::EventStream {
public:
    explicit FakeEvents(std::deque<std::optional<sched::Event>> events)
        : events_(std::move(events)) {}

    http::Task<sched::Event> next() override { co_return take().value(); }
    http::Task<std::optional<sched::Event>> next_within(
        std::chrono::steady_clock::duration /*patience*/) override {
        co_return take();
    }
    void cancel() override {}

private:
    std::optional<sched::Event> take() {
        auto event = std::move(events_.front());
        events_.pop_front();
        return event;
    }
    std::deque<std::optional<sched::Event>> events_;
};

TEST(NextPiece, PingsAClientThatWaits) {  // openai-anthropic-api.md 15.1
    http::asio::io_context io;
    http::FakeResponse response;
    SseStream stream(response);
    FakeEvents events({std::nullopt, std::nullopt, wire::Done{}});
    bool is_done = false;
    http::asio::co_spawn(io, next_piece(events, stream),
                         [&](const std::exception_ptr& failure, const auto& piece) {
                             EXPECT_FALSE(failure);
                             is_done = piece && std::holds_alternative<wire::Done>(*piece);
                         });
    io.run();
    EXPECT_TRUE(is_done);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, ": ping\n\n: ping\n\n");
}

TEST(Refusal, TellsWhetherToTryAgain) {  // 15.5
    const auto headers_of = [](Error error) {
        http::asio::io_context io;
        http::FakeResponse response;
        http::asio::co_spawn(io, refuse(response, error), http::asio::detached);
        io.run();
        return std::pair(response.one("x-should-retry"), response.one("Retry-After"));
    };
    using Headers = std::pair<std::string, std::string>;
    EXPECT_EQ(headers_of({ErrorCode::invalid, "bad format", {}, 500}), Headers("false", ""));
    EXPECT_EQ(headers_of({ErrorCode::busy, "busy", {}, 0}), Headers("", "1"));
    EXPECT_EQ(headers_of({ErrorCode::internal, "crash", {}, 0}), Headers("", ""));
}

}  // namespace
}  // namespace corral::serve
