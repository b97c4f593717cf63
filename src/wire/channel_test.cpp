#include "wire/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <functional>
#include <optional>

#include "wire/codec.h"

namespace corral::wire {
namespace {

namespace asio = boost::asio;

// A channel and the other end of its socket.
class ChannelTest : public testing::Test {
protected:
    ChannelTest() {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
        peer = UniqueFd(fds[1]);
        channel = std::make_unique<Channel>(io, UniqueFd(fds[0]));
    }

    Result<FromRunner> receive() {
        std::optional<Result<FromRunner>> received;
        asio::co_spawn(
            io,
            [](Channel& from, std::optional<Result<FromRunner>>& into) -> asio::awaitable<void> {
                into = co_await from.receive();
            }(*channel, received),
            asio::detached);
        io.restart();
        while (!received && io.run_one_for(std::chrono::seconds(20)) > 0) {
        }
        return received.value();
    }

    void peer_writes(std::string_view bytes) { ASSERT_TRUE(write_all(peer.get(), bytes, "peer")); }

    // What the peer can read now.
    std::string peer_reads() {
        io.restart();
        io.poll();
        std::string bytes(1 << 20, '\0');
        const ssize_t n = ::recv(peer.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return bytes;
    }

    asio::io_context io;
    UniqueFd peer;
    std::unique_ptr<Channel> channel;
};

std::string frame(std::uint64_t id, std::string content) {
    return encode(FromRunner{id, Delta{.content = std::move(content)}}).value();
}

std::string content_of(const Result<FromRunner>& message) {
    return message ? std::get<Delta>(message->body).content : message.error().message;
}

TEST_F(ChannelTest, SendsMessagesInOrder) {
    ASSERT_TRUE(channel->send({1, Cancel{}}));
    ASSERT_TRUE(channel->send({2, Cancel{}}));
    const std::string expected =
        encode(ToRunner{1, Cancel{}}).value() + encode(ToRunner{2, Cancel{}}).value();
    EXPECT_EQ(peer_reads(), expected);
}

TEST_F(ChannelTest, ReceivesSeveralFramesOfOneRead) {
    peer_writes(frame(1, "a") + frame(2, "b"));
    EXPECT_EQ(content_of(receive()), "a");
    EXPECT_EQ(content_of(receive()), "b");
}

TEST_F(ChannelTest, ReceivesAFrameThatComesInPieces) {
    const std::string bytes = frame(1, "whole");
    for (std::size_t cut : {1UL, 4UL, 5UL, bytes.size() - 1}) {
        peer_writes(std::string_view(bytes).substr(0, cut));
        asio::post(io, [&] { peer_writes(std::string_view(bytes).substr(cut)); });
        EXPECT_EQ(content_of(receive()), "whole") << cut;
    }
}

TEST_F(ChannelTest, ReceivesAFrameLargerThanItsBuffer) {
    const std::string big(300'000, 'x');
    const std::string bytes = frame(1, big);
    std::size_t n_written = 0;
    std::function<void()> feed = [&] {
        const std::string_view rest = std::string_view(bytes).substr(n_written);
        const ssize_t n = ::send(peer.get(), rest.data(), rest.size(), MSG_DONTWAIT);
        if (n > 0) n_written += static_cast<std::size_t>(n);
        if (n_written < bytes.size()) asio::post(io, feed);
    };
    asio::post(io, feed);
    EXPECT_EQ(content_of(receive()), big);
}

TEST_F(ChannelTest, WhatCameBeforeTheEndIsDelivered) {
    peer_writes(frame(1, "last"));
    peer.reset();
    EXPECT_EQ(content_of(receive()), "last");
    EXPECT_EQ(receive().error().code, ErrorCode::unavailable);
}

TEST_F(ChannelTest, AFrameThatDoesNotDecodeIsCorrupt) {
    peer_writes(std::string_view("\x01\0\0\0\xff", 5));
    EXPECT_EQ(receive().error().code, ErrorCode::corrupt);
}

TEST_F(ChannelTest, AnAbsurdLengthIsCorrupt) {
    peer_writes("\xff\xff\xff\xff");
    EXPECT_EQ(receive().error().code, ErrorCode::corrupt);
}

TEST_F(ChannelTest, SendingToAPeerThatIsGoneIsHarmless) {
    peer.reset();
    EXPECT_TRUE(channel->send({1, Cancel{}}));
    io.poll();
    EXPECT_TRUE(channel->send({2, Cancel{}}));
    EXPECT_EQ(receive().error().code, ErrorCode::unavailable);
}

TEST_F(ChannelTest, CloseWritesWhatIsQueuedAndThenEnds) {
    ASSERT_TRUE(channel->send({1, Cancel{}}));
    channel->close();
    ASSERT_TRUE(channel->send({2, Cancel{}}));
    EXPECT_EQ(peer_reads(), encode(ToRunner{1, Cancel{}}).value());
    char byte = 0;
    EXPECT_EQ(::recv(peer.get(), &byte, 1, MSG_DONTWAIT), 0) << "end of stream";
}

TEST_F(ChannelTest, DestructionEndsAPendingReceive) {
    // After the receive has begun, which is queued in between.
    asio::post(io, [&] { asio::post(io, [&] { channel.reset(); }); });
    EXPECT_EQ(receive().error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace corral::wire
