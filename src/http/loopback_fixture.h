#pragma once

// Purpose: for tests only: a Server on a loopback port with its own I/O thread, and a client that
// sends and reads raw bytes.
//
// Threads: handlers run on the fixture's I/O thread, the client blocks in the test's.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "http/server.h"

namespace corral::http {

class LoopbackServer {
public:
    explicit LoopbackServer(Router router, ServerLimits limits = {})
        : server_(std::make_unique<Server>(io_, std::move(router), limits)) {}
    ~LoopbackServer() {
        asio::co_spawn(
            io_, [this]() -> Task<void> { co_await server_->shutdown(0); }, asio::use_future)
            .wait();
        work_.reset();
        io_.stop();
        thread_.join();
    }

    Server& server() { return *server_; }
    asio::io_context& io() { return io_; }

    void start() {
        const auto listening = server_->listen("127.0.0.1", 0);
        if (!listening) throw std::runtime_error(listening.error().message);
        thread_ = std::thread([this] { io_.run(); });
    }
    std::uint16_t port() const { return server_->endpoint().port(); }

    std::future<void> shutdown(std::int64_t grace_ms) {
        return asio::co_spawn(
            io_, [this, grace_ms]() -> Task<void> { co_await server_->shutdown(grace_ms); },
            asio::use_future);
    }

private:
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

struct RawResponse {
    std::string head;
    std::string body;
};

// Reads give up after ten seconds, so that a failing test ends.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval limit{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("connect failed");
        }
    }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    void end_sending() { ::shutdown(fd_, SHUT_WR); }

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    // Everything up to and including `mark`, or to the end of the stream.
    std::string read_until(std::string_view mark) {
        std::size_t found = held_.find(mark);
        while (found == std::string::npos && receive()) found = held_.find(mark);
        return take(found == std::string::npos ? held_.size() : found + mark.size());
    }
    std::string read_exactly(std::size_t size) {
        while (held_.size() < size && receive()) continue;
        return take(std::min(size, held_.size()));
    }
    // To the end of the stream; `reset` tells whether it ended with an error instead.
    std::string read_all(bool* reset = nullptr) {
        while (receive()) continue;
        if (reset != nullptr) *reset = failed_;
        return take(held_.size());
    }

    // A response with Content-Length (or none); chunked bodies come undecoded.
    RawResponse response() {
        RawResponse response;
        response.head = read_until("\r\n\r\n");
        const std::string_view name = "Content-Length: ";
        const std::size_t at = response.head.find(name);
        if (at != std::string::npos) {
            response.body = read_exactly(std::stoul(response.head.substr(at + name.size())));
        } else if (response.head.find("chunked") != std::string::npos) {
            response.body = read_until("0\r\n\r\n");
        }
        return response;
    }

private:
    bool receive() {
        char piece[4096];
        const ssize_t count = ::recv(fd_, piece, sizeof piece, 0);
        failed_ = count < 0;
        if (count <= 0) return false;
        held_.append(piece, static_cast<std::size_t>(count));
        return true;
    }
    std::string take(std::size_t size) {
        std::string taken = held_.substr(0, size);
        held_.erase(0, size);
        return taken;
    }

    int fd_;
    std::string held_;
    bool failed_ = false;
};

}  // namespace corral::http
