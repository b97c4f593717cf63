#include "sched/stream.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace corral::sched {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class StreamTest : public testing::Test {
protected:
    // What comes within `patience`, while `meanwhile` happens.
    std::optional<Event> wait(std::chrono::steady_clock::duration patience,
                              std::function<void()> meanwhile = {}) {
        std::optional<Event> came;
        asio::co_spawn(io_, stream_->next_within(patience),
                       [&came](const std::exception_ptr& failure, std::optional<Event> event) {
                           EXPECT_FALSE(failure);
                           came = std::move(event);
                       });
        if (meanwhile) asio::post(io_, meanwhile);
        io_.restart();
        io_.run();
        return came;
    }

    asio::io_context io_;
    std::uint64_t id_ = 0;
    std::shared_ptr<RunnerStreams> streams_ =
        std::make_shared<RunnerStreams>(io_, [this](const wire::ToRunner& message) {
            id_ = message.id;
            return Result<void>();
        });
    std::unique_ptr<EventStream> stream_ = streams_->open(wire::Generate{});
};

TEST_F(StreamTest, GivesNothingWhenNothingCame) {
    EXPECT_FALSE(wait(0ms));
    EXPECT_FALSE(wait(0ms));
}

TEST_F(StreamTest, GivesWhatComesMeanwhile) {
    wire::Delta delta;
    delta.content = "a";
    const auto came = wait(1h, [&] { streams_->deliver(id_, delta); });
    ASSERT_TRUE(came);
    EXPECT_EQ(std::get<wire::Delta>(*came).content, "a");
}

TEST_F(StreamTest, LosesNothingBetweenTwoWaits) {
    EXPECT_FALSE(wait(0ms));
    streams_->deliver(id_, wire::Done{});
    EXPECT_TRUE(std::holds_alternative<wire::Done>(wait(0ms).value()));
}

TEST_F(StreamTest, EndsAWaitWhenItIsCancelled) {
    const auto came = wait(1h, [&] { stream_->cancel(); });
    ASSERT_TRUE(came);
    EXPECT_EQ(std::get<wire::Failed>(*came).code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace corral::sched
