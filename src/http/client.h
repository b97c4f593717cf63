#pragma once

// Purpose: a blocking HTTP client for the command line. The only door to libcurl.
//
// Errors: whatever keeps the exchange from ending is ErrorCode::unavailable with the cause alone as
// its text
// (`dial tcp 127.0.0.1:11434: connect: connection refused`, `EOF`); who shows it puts `Get "<url>":
// ` before it (cli.md 2.5). An HTTP status >= 400 is not an error here: look at `status`. Redirects
// are answers like any other.
//
// Proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY as usual, never for loopback hosts; whom
// to trust, from SSL_CERT_FILE and SSL_CERT_DIR where they are set. Threads: one at a time for each
// Client; a Client keeps its connections open and reuses them.

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace corral::http {

// What a body_source returns to end the exchange instead of its body.
inline constexpr std::size_t kGiveUp = SIZE_MAX;

struct ClientRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // When set, the body is read from here instead (returns bytes put into the buffer; 0 at the
    // end) and sent chunked or with `body_size` as its length.
    std::function<std::size_t(char* buffer, std::size_t size)> body_source;
    std::int64_t body_size = -1;
    std::int64_t connect_timeout_ms = 10'000;
    std::int64_t timeout_ms = 0;         // of the whole exchange; 0 = none
    std::int64_t silence_timeout_s = 0;  // without a byte in either direction; 0 = none
    // A descriptor (an eventfd, the end of a pipe) that becomes readable when the exchange is to be
    // given up; the result is then ErrorCode::cancelled, at once also while the server is silent.
    // -1 = none. Not read from, not closed.
    int cancel_fd = -1;
    // The same for who has a flag instead: asked ten times a second. May be empty.
    std::function<bool()> is_cancelled;
    // Asked before every connection with the address that was looked up; false forbids it, and the
    // exchange fails with ErrorCode::invalid. Not asked about the environment's proxies. May be
    // empty.
    std::function<bool(const sockaddr& address)> may_connect;
    // Hosts that no resolver is asked about: `<host>:<port>:<address>`.
    std::vector<std::string> known_hosts;
    // Not by way of a proxy, which would hide the addresses from `may_connect`.
    bool direct = false;
};

struct ClientResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string reason;  // what follows the status in its line; empty in HTTP/2
};

class Client {
public:
    Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    // The whole answer in memory, at most 64 MiB.
    [[nodiscard]] Result<ClientResponse> send(const ClientRequest& request);

    // Calls `on_line` for every complete line of the body (without its newline, at most 8 MB) as it
    // arrives; when it returns false the transfer is aborted and the result is
    // ErrorCode::cancelled. With status >= 400 the body is collected into `body` instead.
    using OnLine = std::function<bool(std::string_view line)>;
    [[nodiscard]] Result<ClientResponse> stream(const ClientRequest& request,
                                                const OnLine& on_line);

    // Calls `on_piece` for every piece of the body as it arrives, with the head it belongs to; an
    // error it returns aborts the transfer and becomes the result.
    using OnPiece =
        std::function<std::optional<Error>(std::string_view piece, const ClientResponse& head)>;
    [[nodiscard]] Result<ClientResponse> fetch(const ClientRequest& request,
                                               const OnPiece& on_piece);

private:
    struct Connections;
    std::unique_ptr<Connections> connections_;
};

}  // namespace corral::http
