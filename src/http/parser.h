#pragma once

// Purpose: turns received bytes into one HTTP request, without any socket: the part of the server
// that reads what strangers send, and what http_fuzz.cpp feeds.
//
// Use: `parse_head` until it says complete, then `parse_body` until it says complete. Both take the
// bytes received so far and say how many of them they used; the caller offers the unused ones
// again, followed by more. Bytes after the request's end are never used (they are the next
// request). One parser reads one request.
//
// Errors (ErrorCode::invalid, the status to answer with in http_status): 400 malformed, 417 unknown
// expectation, 431 headers over the limit, 501 unknown transfer encoding, 505 unknown version. The
// message is the body to answer with. After an error the connection is of no further use.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::http {

struct HeadStep {
    std::size_t used = 0;
    bool complete = false;
};

struct BodyStep {
    std::size_t used = 0;      // of the input
    std::size_t produced = 0;  // bytes put into the output
    bool complete = false;
};

class RequestParser {
public:
    // Bounds request line and headers together, and separately each chunk header and the trailers.
    explicit RequestParser(std::size_t header_limit);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    [[nodiscard]] Result<HeadStep> parse_head(std::span<const char> input);
    // `output` must not be empty. Stops early when it is full.
    [[nodiscard]] Result<BodyStep> parse_body(std::span<const char> input, std::span<char> output);

    // Valid once the head is complete.
    std::string_view method() const;
    std::string_view target() const;
    std::string_view encoded_path() const;
    std::string_view path() const;  // decoded
    std::string_view query() const;
    std::string_view header(std::string_view name) const;  // empty when absent
    std::string_view host() const;
    bool http_1_0() const;
    bool keep_alive() const;
    bool expects_continue() const;
    std::optional<std::uint64_t> content_length() const;  // nothing when chunked or without body

    bool body_complete() const;
    std::optional<std::uint64_t> body_left() const;  // nothing when chunked

private:
    struct State;
    [[nodiscard]] Result<void> check_head();
    std::unique_ptr<State> state_;
};

}  // namespace corral::http
