#pragma once

// Purpose: a blocking HTTP client for the command line. The only door to libcurl.
//
// Errors: a refused or failed connection is ErrorCode::unavailable with the text of cli.md 2.5
// (`could not connect …` / `… connection refused`); an HTTP status >= 400 is not an error here: look at `status`.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace corral::http {

struct ClientRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // When set, the body is read from here instead (returns bytes put into the buffer; 0 at the end) and sent chunked
    // or with `body_size` as its length.
    std::function<std::size_t(char* buffer, std::size_t size)> body_source;
    std::int64_t body_size = -1;
    std::int64_t connect_timeout_ms = 10'000;
    std::int64_t timeout_ms = 0;  // of the whole exchange; 0 = none
};

struct ClientResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

class Client {
public:
    // The whole answer in memory, at most 64 MiB.
    [[nodiscard]] Result<ClientResponse> send(const ClientRequest& request);

    // Calls `on_line` for every complete line of the body (without its newline, at most 8 MB) as it arrives; when it
    // returns false the transfer is aborted and the result is ErrorCode::cancelled. With status >= 400 the body is
    // collected into `body` instead.
    using OnLine = std::function<bool(std::string_view line)>;
    [[nodiscard]] Result<ClientResponse> stream(const ClientRequest& request, const OnLine& on_line);
};

}  // namespace corral::http
