#pragma once

// Purpose: one client's socket with what it has sent but nobody has parsed yet.
//
// The buffer exists only while there is something in it or a read is going on, so that an idle
// connection costs little more than its descriptor.
//
// Watching: while a handler runs and the request's body has been read, `watch` keeps looking at the
// socket. Bytes that come are the next, pipelined request and are kept; the end of the stream or an
// error means that the client is gone. Once kMaxAhead bytes lie ahead it stops looking.
//
// Ownership: held by shared_ptr, since a cancelled wait may still complete later. Threads: the I/O
// thread only. Errors: ErrorCode::cancelled when the client or the server closed the connection.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace corral::http {

class Channel : public std::enable_shared_from_this<Channel> {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kMaxAhead = 64 << 10;

    explicit Channel(boost::asio::ip::tcp::socket socket);

    // "127.0.0.1"; empty when the client was gone before it was accepted.
    const std::string& remote_address() const { return remote_address_; }

    std::span<const char> received() const {
        return {buffer_.data() + begin_, buffer_.size() - begin_};
    }
    void consume(std::size_t size);

    // Waits until something can be read, using no buffer.
    boost::asio::awaitable<Result<void>> wait_readable();
    // Reads at most `size` more bytes into received(). The end of the stream is an error.
    boost::asio::awaitable<Result<void>> fill(std::size_t size);
    // Writes all of it, however long that takes; close() ends it.
    boost::asio::awaitable<Result<void>> write(std::span<const boost::asio::const_buffer> buffers);
    // How long a write has been waiting while the client took nothing, as far as earlier calls saw;
    // zero when no write waits. What counts is what the client's machine acknowledges, so that a
    // slow reader is not mistaken for one that never reads.
    Clock::duration stalled_for(Clock::time_point now);

    // Calls `on_gone` at most once, until unwatch().
    void watch(std::function<void()> on_gone);
    void unwatch();

    // Ends our half and reads to the end of the client's, at most until the limit: closing with
    // unread bytes would cause a reset, to which the last answer could be lost.
    boost::asio::awaitable<void> linger(std::chrono::milliseconds limit);
    void close();

    // When the server's tick closes this connection; Clock::time_point::max() for never.
    void set_deadline(std::chrono::milliseconds from_now) { deadline_ = Clock::now() + from_now; }
    void clear_deadline() { deadline_ = Clock::time_point::max(); }
    bool expired(Clock::time_point now) const { return now >= deadline_; }

private:
    void wait_for_more();
    void look();
    int unacknowledged_bytes();

    boost::asio::ip::tcp::socket socket_;
    std::string remote_address_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    Clock::time_point deadline_ = Clock::time_point::max();
    std::function<void()> on_gone_;
    boost::asio::cancellation_signal stop_watching_;
    bool waiting_ = false;
    bool writing_ = false;
    Clock::time_point last_progress_;  // of the current write
    int unacknowledged_ = 0;           // when last looked at
};

}  // namespace corral::http
