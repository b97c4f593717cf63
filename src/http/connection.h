#pragma once

// Purpose: one client's connection: reads request after request, runs an exchange for each, and
// closes in a way that does not lose the last answer.
//
// Threads: the I/O thread only. Ownership: the coroutine `run` holds the connection; `Shared`
// outlives it and lists it while it runs.

#include <memory>
#include <optional>
#include <unordered_set>

#include "http/channel.h"
#include "http/exchange.h"
#include "http/parser.h"
#include "http/server.h"

namespace corral::http {

class Connection;

// What all connections of a server have in common.
struct Shared {
    Router router;
    ServerLimits limits;
    std::function<void(const ExchangeRecord&)> on_exchange;
    bool stopping = false;  // answers announce the end of their connection
    std::unordered_set<Connection*> connections;
};

class Connection {
public:
    Connection(asio::ip::tcp::socket socket, Shared& shared);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Returns when the connection is closed.
    Task<void> run();

    bool busy() const { return busy_; }  // between a request's head and its answer's delivery
    // Whether a limit of time has been passed, so that the connection is to be closed. Called by
    // the server's tick.
    bool expired(Channel::Clock::time_point now);
    void close() { channel_->close(); }
    // Cancels the running exchange, if any, and closes.
    void cancel();

private:
    // False when the connection has ended or was answered with a refusal.
    Task<bool> read_head(RequestParser& parser);
    Task<void> refuse(Error error);
    Task<bool> serve_one(RequestParser& parser);
    void record(const Exchange& exchange, Channel::Clock::time_point begin) const;

    Shared& shared_;
    std::shared_ptr<Channel> channel_;
    Exchange* exchange_ = nullptr;
    bool busy_ = false;
    bool unread_ = false;  // the client may have sent more than was read
};

}  // namespace corral::http
