#pragma once

// Purpose: the HTTP/1.1 server. The only door to Boost.Beast, which stays in the .cpp files.
//
// A Handler is a coroutine that gets a Request and a Response of one exchange. All handlers of a
// Server run on its io_context's single thread, so they need no locks among themselves; work that
// blocks (hashing, directory walks) goes through Workers (base/worker.h). Keep-alive, `Expect:
// 100-continue`, chunked requests, HEAD (the body is counted but not sent) and unread request
// bodies are dealt with here.
//
// A client that goes away while a handler runs cancels it: `Response::cancelled()` becomes true,
// `on_cancel` fires once, and writes fail with ErrorCode::cancelled. The handler must return soon
// after.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace corral::http {

namespace asio = boost::asio;
template <class T>
using Task = asio::awaitable<T>;

// One request. Header names compare without case. Lives as long as its handler runs.
class Request {
public:
    virtual ~Request() = default;
    virtual std::string_view method() const = 0;
    virtual std::string_view target() const = 0;                       // as sent: path and query
    virtual std::string_view path() const = 0;                         // decoded, without the query
    virtual std::string_view header(std::string_view name) const = 0;  // empty when absent
    virtual std::string remote_address() const = 0;
    virtual std::optional<std::uint64_t> content_length() const = 0;

    // Path parameters of the matched route (":digest" is parameter "digest").
    std::map<std::string, std::string, std::less<>> parameters;

    // The whole body, at most `limit` bytes; longer is ErrorCode::invalid with http_status 413.
    virtual Task<Result<std::string>> read_body(std::size_t limit) = 0;
    // The next piece of the body, at most buffer.size() bytes; 0 at its end.
    virtual Task<Result<std::size_t>> read_some(std::span<char> buffer) = 0;
};

// The answer to one request: either one `send`, or `start`, any number of `write`, `finish`.
class Response {
public:
    virtual ~Response() = default;
    // Before send or start. Setting a name again replaces it; `add` keeps both.
    virtual void set_header(std::string_view name, std::string_view value) = 0;
    virtual void add_header(std::string_view name, std::string_view value) = 0;

    // A complete answer with Content-Length. An empty content_type sends no Content-Type header.
    virtual Task<Result<void>> send(int status, std::string_view content_type,
                                    std::string body) = 0;

    // A streamed answer (chunked); every write is flushed to the socket before it returns.
    virtual Task<Result<void>> start(int status, std::string_view content_type) = 0;
    virtual Task<Result<void>> write(std::string_view piece) = 0;
    virtual Task<Result<void>> finish() = 0;

    virtual bool started() const = 0;    // send or start was called
    virtual bool cancelled() const = 0;  // the client went away, or the server is stopping hard
    // Calls `f` once when the exchange is cancelled (at once if it already is). Replaces an earlier
    // one.
    virtual void on_cancel(std::function<void()> f) = 0;
};

using Handler = std::function<Task<void>(Request&, Response&)>;

// Which handler answers which method and path.
//
// Paths are literal segments or ":name" segments (one segment that is not empty). In this order: an
// uncleaned path is redirected (307), a match goes through the filters to its handler, a trailing
// slash too many is redirected (GET 301, others 307), a known path with another method is 405 with
// Allow, the rest is 404 "404 page not found". Filters run for 404 and 405 too, with Allow already
// set, but not for redirects. Source: native-api.md 1.2 and 1.3.
class Router {
public:
    void add(std::string_view method, std::string_view pattern, Handler handler);
    // Runs before every answer but redirects, in the order added; returns true when it has
    // answered.
    using Filter = std::function<Task<bool>(Request&, Response&)>;
    void add_filter(Filter filter);

    // Answers unknown paths (404) and methods (405) in the manner of some paths; false leaves it to
    // the router. Runs after the filters.
    using Unknown = std::function<Task<bool>(Request&, Response&, int status)>;
    void set_unknown(Unknown unknown);

    Task<void> dispatch(Request& request, Response& response) const;
    // "HEAD, GET", in the order in which the methods were first registered for any path; empty when
    // the path is unknown.
    std::string allowed_methods(std::string_view path) const;

private:
    struct Route {
        std::string method;
        std::vector<std::string> segments;
        Handler handler;
    };
    const Route* find(std::string_view method, std::string_view path) const;
    Task<bool> run_filters(Request& request, Response& response) const;

    std::vector<Route> routes_;
    std::vector<std::string> methods_;
    std::vector<Filter> filters_;
    Unknown unknown_;
};

struct ServerLimits {
    std::size_t header_bytes = 64 << 10;
    // To receive a request's headers, once its first byte came.
    std::int64_t header_timeout_ms = 60'000;
    // Between requests of a kept-alive connection.
    std::int64_t idle_timeout_ms = 600'000;
    // How long a client may take nothing of an answer that waits for it.
    std::int64_t stall_timeout_ms = 600'000;
    // Open at once; more wait in the kernel's queue.
    std::size_t connections = 16384;
    // How much of a body its handler left unread is read to keep the connection usable, and how
    // long that may take. A larger rest ends the connection.
    std::size_t drain_bytes = 256 << 10;
    std::int64_t drain_timeout_ms = 5'000;
    // How long a client has to take its last answer before its connection is closed.
    std::int64_t linger_ms = 2'000;
};

// One exchange that has ended, for the access log.
struct ExchangeRecord {
    std::string_view method;
    std::string_view path;
    std::string_view remote_address;
    int status = 0;  // 0 when the client went away before there was an answer
    std::chrono::nanoseconds duration{};
};

class Server {
public:
    Server(asio::io_context& io, Router router, ServerLimits limits = {});
    ~Server();  // closes what is still open
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Called after every exchange. Set it before `listen`.
    void on_exchange(std::function<void(const ExchangeRecord&)> f);

    // Binds and starts accepting. An unspecified address (0.0.0.0) listens for IPv4 and IPv6.
    // Errors: "listen tcp 127.0.0.1:11434: bind: address already in use".
    [[nodiscard]] Result<void> listen(const std::string& host, std::uint16_t port);
    asio::ip::tcp::endpoint endpoint() const;

    // Stops accepting and closes idle connections; returns when the running exchanges have ended.
    // Those that have not after `grace_ms` are cancelled and have a second to unwind.
    Task<void> shutdown(std::int64_t grace_ms);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace corral::http
