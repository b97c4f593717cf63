#pragma once

// Purpose: the native API as the commands use it.
//
// Errors: texts as cli.md 2.5 wants them shown; a 401's hint is where to sign in, if the server
// says so; `http_status` holds the server's status when it answered with one; unavailable when
// nothing answers; cancelled when a cancel descriptor became readable or a callback ended the
// stream. Threads: one. Source: cli.md 2.5, 3.1, 3.2.

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/settings.h"

namespace corral::http {
class Client;
struct ClientRequest;
}  // namespace corral::http

namespace corral::cli {

using Json = nlohmann::ordered_json;

// The address to connect to for one to listen on: an unspecified host becomes the loopback one.
HostAddress connectable(HostAddress address);

class ApiClient {
public:
    // `api_key` is sent along unless it is empty.
    explicit ApiClient(HostAddress address, std::string api_key = {});
    ApiClient(ApiClient&&) noexcept;
    ~ApiClient();

    const HostAddress& address() const { return address_; }

    // HEAD /: whether a server answers.
    [[nodiscard]] Result<void> heartbeat() const;

    [[nodiscard]] Result<Json> get(std::string_view path) const;
    // The answer as it came.
    [[nodiscard]] Result<std::string> get_text(std::string_view path) const;
    [[nodiscard]] Result<Json> post(std::string_view path, const Json& body) const;
    [[nodiscard]] Result<Json> remove(std::string_view path, const Json& body) const;

    // Calls `on_event` for every line of the answer; it returns false to end the stream. An error
    // line of the server becomes the result.
    using OnEvent = std::function<bool(const Json& event)>;
    [[nodiscard]] Result<void> stream(std::string_view path, const Json& body,
                                      const OnEvent& on_event, int cancel_fd = -1) const;

    // Whether the server has the blob `digest` ("sha256:<hex>").
    [[nodiscard]] Result<bool> has_blob(std::string_view digest) const;
    // Sends `size_bytes` bytes that `source` puts into the buffer piece by piece.
    using Source = std::function<std::size_t(char* buffer, std::size_t size)>;
    [[nodiscard]] Result<void> upload_blob(std::string_view digest, std::int64_t size_bytes,
                                           const Source& source) const;

private:
    http::ClientRequest request(std::string_view method, std::string_view path,
                                std::string_view accept) const;
    Result<Json> exchange(std::string_view method, std::string_view path, const Json* body) const;
    Result<std::string> ask(std::string_view method, std::string_view path, const Json* body) const;

    http::Client& client() const;

    HostAddress address_;
    std::string api_key_;
    // Made by the first request: not every command makes one, and libcurl takes its time to start.
    mutable std::unique_ptr<http::Client> client_;
};

// The error of an answer with status >= 400. `streaming` puts the status line before the text.
Error answer_error(int status, std::string_view body, bool streaming);

}  // namespace corral::cli
