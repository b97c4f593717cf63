#include "wire/channel.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <string>

#include "wire/codec.h"

namespace corral::wire {

namespace asio = boost::asio;

namespace {

// Large enough that a burst of small events costs one read, small enough to hold one per loaded
// model.
constexpr std::size_t kReadBytes = 64 << 10;
// A buffer that one huge frame made larger than this is given back.
constexpr std::size_t kMaxIdleBytes = 1 << 20;

}  // namespace

struct Channel::State : std::enable_shared_from_this<Channel::State> {
    State(asio::io_context& io, int fd) : socket(io, asio::local::stream_protocol(), fd) {}

    asio::local::stream_protocol::socket socket;
    std::deque<std::string> outbox;  // the front is being written
    bool closing = false;
    bool broken = false;
    std::string inbox;
    std::size_t consumed = 0;  // bytes of inbox already given out

    std::span<const char> unread() const { return std::span(inbox).subspan(consumed); }
    void write_next();
    void fail_writes();
    Result<std::size_t> frame_bytes() const;
};

void Channel::State::write_next() {
    if (outbox.empty()) {
        boost::system::error_code ignored;
        if (closing) socket.shutdown(asio::socket_base::shutdown_send, ignored);
        return;
    }
    asio::async_write(socket, asio::buffer(outbox.front()),
                      [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                          if (error) return self->fail_writes();
                          self->outbox.pop_front();
                          self->write_next();
                      });
}

void Channel::State::fail_writes() {
    broken = true;
    outbox.clear();
}

// Size of the frame at the front of the inbox, header included; 0 while its header is incomplete.
Result<std::size_t> Channel::State::frame_bytes() const {
    if (unread().size() < kFrameHeaderBytes) return 0;
    CORRAL_TRY(std::size_t length, frame_length(unread().first(kFrameHeaderBytes)));
    return kFrameHeaderBytes + length;
}

Channel::Channel(asio::io_context& io, UniqueFd socket)
    : state_(std::make_shared<State>(io, socket.release())) {}

Channel::~Channel() {
    boost::system::error_code ignored;
    state_->broken = true;
    state_->socket.close(ignored);
}

Result<void> Channel::send(const ToRunner& message) {
    CORRAL_TRY(std::string frame, encode(message));
    if (state_->broken || state_->closing) return {};
    state_->outbox.push_back(std::move(frame));
    if (state_->outbox.size() == 1) state_->write_next();
    return {};
}

asio::awaitable<Result<FromRunner>> Channel::receive() {
    auto state = state_;
    while (true) {
        auto frame = state->frame_bytes();
        if (!frame) co_return fail(std::move(frame).error());
        if (*frame != 0 && state->unread().size() >= *frame) {
            auto payload = state->unread().first(*frame).subspan(kFrameHeaderBytes);
            auto message = decode_from_runner(payload);
            state->consumed += *frame;
            co_return message;
        }
        state->inbox.erase(0, state->consumed);
        if (state->inbox.empty() && state->inbox.capacity() > kMaxIdleBytes)
            state->inbox.shrink_to_fit();
        state->consumed = 0;
        const std::size_t held = state->inbox.size();
        state->inbox.resize(held + kReadBytes);
        auto [error, n_read] = co_await state->socket.async_read_some(
            asio::buffer(state->inbox.data() + held, kReadBytes),
            asio::as_tuple(asio::use_awaitable));
        state->inbox.resize(held + n_read);
        if (error) co_return fail(ErrorCode::unavailable, "the runner's connection ended");
    }
}

void Channel::close() {
    if (state_->closing) return;
    state_->closing = true;
    if (state_->outbox.empty()) state_->write_next();
}

}  // namespace corral::wire
