#pragma once

// Purpose: an HTTP client for the server's own thread: any number of exchanges at a time, none of
// which blocks it. The sibling of Client (client.h), with the same requests, answers and errors.
//
// libcurl tells which sockets it waits for and when it wants to be woken; an io_context does the
// waiting. Connections are kept and used again for the same host.
//
// Threads: the io_context's thread only. Ownership: an exchange belongs to who started it and ends,
// silently, with its destruction. An AsyncClient outlives neither its io_context nor needs to
// outlive its exchanges: those left are ended without a word.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "http/client.h"

namespace corral::http {

// An exchange on its way. Destroying it ends it; nobody is called any more then.
class PendingExchange {
public:
    virtual ~PendingExchange() = default;
};

class AsyncClient {
public:
    explicit AsyncClient(boost::asio::io_context& io);
    ~AsyncClient();
    AsyncClient(const AsyncClient&) = delete;
    AsyncClient& operator=(const AsyncClient&) = delete;

    // Gets the body piece by piece, with the head it belongs to; an error it returns ends the
    // exchange and becomes its result. Must not destroy the exchange.
    using OnBody =
        std::function<std::optional<Error>(std::string_view piece, ClientResponse& response)>;
    // Called once, from the io_context; may destroy the exchange.
    using OnEnd = std::function<void(Result<ClientResponse> response)>;

    // `cancel_fd`, `is_cancelled` and `body_source` of the request are not for this client.
    [[nodiscard]] std::unique_ptr<PendingExchange> start(ClientRequest request, OnBody on_body,
                                                         OnEnd on_end);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace corral::http
