#include "http/channel.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

namespace corral::http {
namespace {

using boost::asio::ip::tcp;
using std::chrono::seconds;

// A channel that is writing more than the kernel's buffers hold, and the client's end, which reads
// only when told to.
class BlockedWrite : public ::testing::Test {
protected:
    BlockedWrite() {
        tcp::acceptor acceptor(io_, {boost::asio::ip::address_v4::loopback(), 0});
        client_.connect(acceptor.local_endpoint());
        channel_ = std::make_shared<Channel>(acceptor.accept());
        boost::asio::co_spawn(io_, write(), boost::asio::detached);
        io_.poll();
    }
    ~BlockedWrite() override {
        channel_->close();
        io_.run();
    }

    void client_reads() {
        client_.non_blocking(true);
        std::vector<char> waste(1 << 20);
        boost::system::error_code code;
        while (!code) client_.read_some(boost::asio::buffer(waste), code);
        ASSERT_EQ(code, boost::asio::error::would_block);
    }

    Channel& channel() { return *channel_; }

private:
    boost::asio::awaitable<void> write() {
        const std::vector<char> much(64 << 20);
        const std::array parts = {boost::asio::const_buffer(much.data(), much.size())};
        (void)co_await channel_->write(parts);
    }

    boost::asio::io_context io_;
    tcp::socket client_{io_};
    std::shared_ptr<Channel> channel_;
};

TEST_F(BlockedWrite, StallsForAsLongAsTheClientTakesNothing) {
    const auto begin = Channel::Clock::now();
    channel().stalled_for(begin);  // the first look sees what the kernel took
    EXPECT_EQ(channel().stalled_for(begin + seconds(10)), seconds(10));
    client_reads();
    EXPECT_EQ(channel().stalled_for(begin + seconds(20)), seconds(0));
    EXPECT_EQ(channel().stalled_for(begin + seconds(30)), seconds(10));
}

TEST_F(BlockedWrite, AClosedChannelDoesNotStall) {
    const auto now = Channel::Clock::now();
    channel().close();
    EXPECT_EQ(channel().stalled_for(now + seconds(10)), seconds(0));
}

}  // namespace
}  // namespace corral::http
