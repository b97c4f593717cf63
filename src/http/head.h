#pragma once

// Purpose: the status line and headers of an answer, as text.
//
// Order and spelling follow Go's server: the handler's headers sorted by name, then Date,
// Content-Length, Connection, Transfer-Encoding; no Server header (native-api.md 1.4).

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct ResponseHead {
    int status = 200;
    Headers headers;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool http_1_0 = false;
    bool close = false;  // announces that the connection ends after this answer
};

// "Not Found" for 404; "status code 799" for numbers without a phrase.
std::string reason_phrase(int status);

// "Sat, 21 Nov 2026 01:14:29 GMT".
std::string http_date(std::time_t time);

// Whether answers of this status have no body and no Content-Length (1xx, 204, 304).
bool status_forbids_body(int status);

std::string format_head(const ResponseHead& head, std::time_t now);

}  // namespace corral::http
