#include "http/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "base/await.h"
#include "base/log.h"
#include "base/text.h"
#include "http/connection.h"

namespace corral::http {

using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kAcceptPause{100};
constexpr milliseconds kUnwindTime{1000};

std::string join_host_port(const std::string& host, std::uint16_t port) {
    const bool ip6 = host.find(':') != std::string::npos;
    return ip6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

// Go's error texts begin in lower case.
std::string uncapitalised(std::string text) {
    if (!text.empty()) text.front() = lower(text.substr(0, 1)).front();
    return text;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
    State(asio::io_context& context, Router router, const ServerLimits& limits)
        : io(context), acceptor(context), tick(context), changed(context) {
        shared.router = std::move(router);
        shared.limits = limits;
        changed.expires_at(asio::steady_timer::time_point::max());
    }

    boost::system::error_code try_bind(const tcp::endpoint& endpoint);
    // Runs a member coroutine that keeps this object alive.
    template <class F>
    void spawn(F f);
    Task<void> accept_loop();
    Task<void> tick_loop();
    Task<void> run_connection(tcp::socket socket);
    bool any_busy() const;
    void stop();
    void cancel_all();
    Task<void> wait_until_quiet(milliseconds limit);

    asio::io_context& io;
    tcp::acceptor acceptor;
    tcp::endpoint local;
    asio::steady_timer tick;
    bool ticking = false;
    // Never expires; cancelled, which wakes its waiters, whenever a connection has ended.
    asio::steady_timer changed;
    Shared shared;
};

template <class F>
void Server::State::spawn(F f) {
    asio::co_spawn(
        io, [self = shared_from_this(), f]() -> Task<void> { co_await f(*self); }, asio::detached);
}

// Listening

boost::system::error_code Server::State::try_bind(const tcp::endpoint& endpoint) {
    boost::system::error_code code;
    acceptor.open(endpoint.protocol(), code);
    if (!code) acceptor.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code && endpoint.protocol() == tcp::v6() && endpoint.address().is_unspecified()) {
        acceptor.set_option(asio::ip::v6_only(false), code);
    }
    if (!code) acceptor.bind(endpoint, code);
    if (!code) acceptor.listen(tcp::acceptor::max_listen_connections, code);
    if (code) {
        boost::system::error_code ignored;
        acceptor.close(ignored);
    }
    return code;
}

Result<void> Server::listen(const std::string& host, std::uint16_t port) {
    boost::system::error_code code;
    tcp::resolver resolver(state_->io);
    const auto found =
        resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, code);
    if (code || found.empty()) {
        return fail(ErrorCode::unavailable, "listen tcp: lookup {}: no such host", host);
    }
    const tcp::endpoint wanted = found.begin()->endpoint();
    // Like Go, one socket for both families.
    if (!wanted.address().is_unspecified() ||
        state_->try_bind({asio::ip::address_v6::any(), port})) {
        code = state_->try_bind(wanted);
    }
    if (code) {
        return fail(ErrorCode::unavailable, "listen tcp {}: bind: {}", join_host_port(host, port),
                    uncapitalised(code.message()));
    }
    state_->local = state_->acceptor.local_endpoint();
    state_->spawn([](State& state) { return state.accept_loop(); });
    return {};
}

tcp::endpoint Server::endpoint() const {
    return state_->local;
}

// Serving

Task<void> Server::State::accept_loop() {
    asio::steady_timer pause(io);
    bool failing = false;
    while (acceptor.is_open()) {
        if (shared.connections.size() >= shared.limits.connections) {
            co_await changed.async_wait(kAwait);
            continue;
        }
        auto [code, socket] = co_await acceptor.async_accept(kAwait);
        if (!code) {
            failing = false;
            // A coroutine's argument cannot be moved through a lambda that may be copied.
            auto held = std::make_shared<tcp::socket>(std::move(socket));
            spawn([held](State& state) { return state.run_connection(std::move(*held)); });
        } else if (acceptor.is_open() && code != asio::error::connection_aborted) {
            // Most likely out of descriptors: trying again at once would spin.
            if (!std::exchange(failing, true)) {
                log_warn("cannot accept connections", {{"error", code.message()}});
            }
            pause.expires_after(kAcceptPause);
            co_await pause.async_wait(kAwait);
        }
    }
}

Task<void> Server::State::run_connection(tcp::socket socket) {
    {
        Connection connection(std::move(socket), shared);
        if (!std::exchange(ticking, true)) {
            spawn([](State& state) { return state.tick_loop(); });
        }
        co_await connection.run();
    }
    changed.cancel();
}

// One timer for the deadlines of all connections, running only while there are any.
Task<void> Server::State::tick_loop() {
    const auto shortest = std::min({shared.limits.header_timeout_ms, shared.limits.idle_timeout_ms,
                                    shared.limits.drain_timeout_ms, shared.limits.linger_ms,
                                    shared.limits.stall_timeout_ms});
    const milliseconds period(std::clamp<std::int64_t>(shortest / 4, 5, 500));
    while (!shared.connections.empty()) {
        tick.expires_after(period);
        co_await tick.async_wait(kAwait);
        const auto now = Channel::Clock::now();
        for (Connection* connection : shared.connections) {
            if (connection->expired(now)) connection->close();
        }
    }
    ticking = false;
}

// Stopping

bool Server::State::any_busy() const {
    return std::ranges::any_of(shared.connections, &Connection::busy);
}

void Server::State::stop() {
    shared.stopping = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    changed.cancel();
    for (Connection* connection : shared.connections) {
        if (!connection->busy()) connection->close();
    }
}

void Server::State::cancel_all() {
    // A cancelled handler may end its exchange at once.
    const std::vector<Connection*> connections(shared.connections.begin(),
                                               shared.connections.end());
    for (Connection* connection : connections) {
        if (shared.connections.contains(connection)) connection->cancel();
    }
}

Task<void> Server::State::wait_until_quiet(milliseconds limit) {
    asio::steady_timer timer(io);
    timer.expires_after(limit);
    const auto late = std::make_shared<bool>(false);
    timer.async_wait([late, self = shared_from_this()](const boost::system::error_code& code) {
        *late = !code;
        self->changed.cancel();
    });
    while (any_busy() && !*late) co_await changed.async_wait(kAwait);
}

Task<void> Server::shutdown(std::int64_t grace_ms) {
    const auto state = state_;
    state->stop();
    co_await state->wait_until_quiet(milliseconds(grace_ms));
    if (!state->any_busy()) co_return;
    state->cancel_all();
    co_await state->wait_until_quiet(kUnwindTime);
}

Server::Server(asio::io_context& io, Router router, ServerLimits limits)
    : state_(std::make_shared<State>(io, std::move(router), limits)) {}

Server::~Server() {
    state_->stop();
    state_->cancel_all();
}

void Server::on_exchange(std::function<void(const ExchangeRecord&)> f) {
    state_->shared.on_exchange = std::move(f);
}

}  // namespace corral::http
