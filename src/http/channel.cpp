#include "http/channel.h"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

#include "base/await.h"

namespace corral::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kWritePiece = 64 << 10;

std::unexpected<Error> gone(const boost::system::error_code& code) {
    return fail(ErrorCode::cancelled, "connection closed: {}", code.message());
}

std::string address_of_client(const tcp::socket& socket) {
    boost::system::error_code code;
    const auto address = socket.remote_endpoint(code).address();
    if (code) return {};
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

// Clients that left without a word (a pulled plug) are noticed after about two and a half minutes.
void find_vanished_clients(tcp::socket& socket) {
    using Idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
    using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.set_option(Idle(15), ignored);
    socket.set_option(Interval(15), ignored);
}

}  // namespace

Channel::Channel(tcp::socket socket)
    : socket_(std::move(socket)), remote_address_(address_of_client(socket_)) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    find_vanished_clients(socket_);
}

void Channel::consume(std::size_t size) {
    begin_ += size;
    if (begin_ < buffer_.size()) return;
    begin_ = 0;
    std::vector<char>().swap(buffer_);
}

asio::awaitable<Result<void>> Channel::wait_readable() {
    const auto [code] = co_await socket_.async_wait(tcp::socket::wait_read, kAwait);
    if (code) co_return gone(code);
    co_return Result<void>();
}

asio::awaitable<Result<void>> Channel::fill(std::size_t size) {
    // What was used makes room for what comes.
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    const std::size_t held = buffer_.size();
    buffer_.resize(held + size);
    const auto free = asio::buffer(buffer_.data() + held, size);
    const auto [code, count] = co_await socket_.async_read_some(free, kAwait);
    buffer_.resize(held + count);
    if (code) co_return gone(code);
    co_return Result<void>();
}

asio::awaitable<Result<void>> Channel::write(std::span<const asio::const_buffer> buffers) {
    writing_ = true;
    const auto progress = [this](const boost::system::error_code& code, std::size_t) {
        last_progress_ = Clock::now();
        return code ? 0 : kWritePiece;
    };
    const auto [code, count] = co_await asio::async_write(socket_, buffers, progress, kAwait);
    writing_ = false;
    if (code) co_return gone(code);
    co_return Result<void>();
}

int Channel::unacknowledged_bytes() {
    int bytes = 0;
    return ::ioctl(socket_.native_handle(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

Channel::Clock::duration Channel::stalled_for(Clock::time_point now) {
    if (!writing_ || !socket_.is_open()) return {};
    const int before = std::exchange(unacknowledged_, unacknowledged_bytes());
    if (before != unacknowledged_) last_progress_ = now;
    return now - last_progress_;
}

void Channel::watch(std::function<void()> on_gone) {
    on_gone_ = std::move(on_gone);
    if (!waiting_) wait_for_more();
}

void Channel::unwatch() {
    on_gone_ = nullptr;
    if (waiting_) stop_watching_.emit(asio::cancellation_type::terminal);
}

void Channel::wait_for_more() {
    if (received().size() >= kMaxAhead) return;
    waiting_ = true;
    auto done = [self = shared_from_this()](const boost::system::error_code& code) {
        self->waiting_ = false;
        if (!self->on_gone_) return;
        // Cancelled for an earlier watch while a new one has begun.
        if (code == asio::error::operation_aborted && self->socket_.is_open()) {
            self->wait_for_more();
        } else {
            self->look();
        }
    };
    socket_.async_wait(tcp::socket::wait_read,
                       asio::bind_cancellation_slot(stop_watching_.slot(), std::move(done)));
}

void Channel::look() {
    constexpr std::size_t kPiece = 4096;
    const std::size_t held = buffer_.size();
    buffer_.resize(held + kPiece);
    const ssize_t count =
        socket_.is_open() ? ::recv(socket_.native_handle(), buffer_.data() + held, kPiece, 0) : 0;
    const int cause = errno;
    buffer_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (buffer_.empty()) std::vector<char>().swap(buffer_);
    if (count > 0 || (count < 0 && (cause == EAGAIN || cause == EINTR))) {
        wait_for_more();
        return;
    }
    const auto on_gone = std::exchange(on_gone_, nullptr);
    on_gone();
}

asio::awaitable<void> Channel::linger(std::chrono::milliseconds limit) {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    set_deadline(limit);
    std::vector<char>().swap(buffer_);
    begin_ = 0;
    std::vector<char> waste(16 << 10);
    while (socket_.is_open()) {
        const auto [code, count] = co_await socket_.async_read_some(asio::buffer(waste), kAwait);
        if (code) break;
    }
}

void Channel::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace corral::http
