#pragma once

// Purpose: the server's end of the socketpair to one runner: typed messages, sent and received
// without blocking.
//
// Ownership: the channel owns the descriptor. Threads: the io_context's thread only. Sending never
// waits: frames are queued in memory and written as the runner reads them, so the amount is bounded
// by what the requests in flight hold. Receiving is pulled: a reader that stops calling `receive`
// stops the runner's writes once the socket is full.
//
// Errors: the peer closing its end is ErrorCode::unavailable; a frame that does not decode is
// corrupt, after which the stream is out of step and the channel has to be closed.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/files.h"
#include "base/result.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::wire {

class Channel {
public:
    // `socket` is a connected Unix stream socket.
    Channel(boost::asio::io_context& io, UniqueFd socket);
    // Closes; a pending receive() ends with ErrorCode::unavailable.
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // Queues one message. Fails only when it cannot be encoded (over the frame limit); a peer that
    // is gone shows in receive(), and what is sent to it is dropped.
    [[nodiscard]] Result<void> send(const ToRunner& message);
    // The next message. One call at a time.
    boost::asio::awaitable<Result<FromRunner>> receive();
    // Tells the peer that no more messages will come, once those queued are written; receiving goes
    // on.
    void close();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace corral::wire
