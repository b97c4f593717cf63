#pragma once

// Purpose: requests to one repository of one registry, with the token they need.
//
// A 401 is answered once with a token, which is kept for later requests. Redirects are followed as
// Go's client does, at most ten; another host gets neither the token nor may it lie nearer to us
// than the registry (registry/reach.h), by the addresses that its name stands for. Threads: one at
// a time. Blocks. Errors: unavailable (the peer), invalid (what the registry refuses), unsupported
// (where it sends us we do not go), corrupt (answers that make no sense). Source:
// storage-registry.md 10.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/client.h"
#include "registry/reach.h"
#include "registry/retry.h"
#include "store/name.h"

namespace corral::registry {

// What a request may carry: a range of an open file.
struct Body {
    int fd = -1;
    std::int64_t offset = 0;
    std::int64_t size_bytes = 0;
    // Told how much of the range has been sent so far; false ends the exchange.
    std::function<bool(std::int64_t sent_bytes)> on_sent;
};

// How the network behaves, as far as it matters to transfers; tests make one up.
struct Network {
    // How long a registry may be silent, or fail where failures do not count.
    std::chrono::milliseconds patience = kPatience;
    // Hosts that no resolver is asked about: `<host>:<port>:<address>`.
    std::vector<std::string> known_hosts = {};
    Reach (*reach_of)(const sockaddr& address) = registry::reach_of;
};

struct Access {
    std::filesystem::path key_folder;          // holds id_ed25519
    bool insecure = false;                     // plain http
    std::vector<std::string> registries = {};  // the only hosts, with their ports; empty = any
    Network network = {};
};
// `unsupported` when the user does not want this host's registry.
[[nodiscard]] Result<void> check_allowed(const Access& access, std::string_view host);

class Session {
public:
    // Whatever is under way when `is_cancelled` turns true ends with ErrorCode::cancelled.
    Session(const store::ModelName& name, Access access, IsCancelled is_cancelled);
    // The same with the same token, on connections of its own, for another thread.
    Session(const Session& other, IsCancelled is_cancelled);
    const IsCancelled& is_cancelled() const { return is_cancelled_; }
    std::chrono::milliseconds patience() const { return access_.network.patience; }

    // `path` follows /v2/<namespace>/<model>/. The body of a good answer goes to `on_piece`; that
    // of others, cut at 64 KiB, becomes the error's text.
    using Headers = std::vector<std::pair<std::string, std::string>>;
    using OnPiece = http::Client::OnPiece;
    [[nodiscard]] Result<http::ClientResponse> request(std::string_view method,
                                                       std::string_view path,
                                                       const Headers& headers,
                                                       const OnPiece& on_piece);
    // The same of any URL.
    [[nodiscard]] Result<http::ClientResponse> request_at(std::string_view method,
                                                          const std::string& url,
                                                          const Headers& headers,
                                                          const OnPiece& on_piece);

    // The same with a body; that of the answer does not matter.
    [[nodiscard]] Result<http::ClientResponse> submit(std::string_view method,
                                                      const std::string& url,
                                                      const Headers& headers,
                                                      std::string_view body);

    // One request to any URL, answered as it comes: redirects and errors are answers too, their
    // bodies cut at 64 KiB. The registry's own host gets the token, and a second request after a
    // 401.
    [[nodiscard]] Result<http::ClientResponse> exchange(std::string_view method,
                                                        const std::string& url,
                                                        const Headers& headers, const Body& body);
    // The head of the answer to a GET. The connection is given up when a long body follows.
    [[nodiscard]] Result<http::ClientResponse> peek(const std::string& url, const Headers& headers);

    std::string url(std::string_view path) const;  // of what lies below /v2/<namespace>/<model>/
    // Whether this registry may send us to `url`.
    [[nodiscard]] Result<void> check_redirect(std::string_view url) const;

private:
    void set_headers(http::ClientRequest& request, const Headers& headers) const;
    [[nodiscard]] Result<http::ClientResponse> follow(std::string_view method,
                                                      const std::string& url,
                                                      const Headers& headers, std::string_view body,
                                                      const OnPiece& on_piece);
    [[nodiscard]] Result<http::ClientResponse> request_with(std::string_view method,
                                                            const std::string& url,
                                                            const Headers& headers,
                                                            std::string_view body,
                                                            const OnPiece& on_piece);
    [[nodiscard]] Result<http::ClientResponse> exchange(std::string_view method,
                                                        const std::string& url,
                                                        const Headers& headers, const Body& body,
                                                        const OnPiece& on_piece);
    [[nodiscard]] Result<http::ClientResponse> send(http::ClientRequest request,
                                                    const OnPiece& on_piece);
    bool may_connect(std::string_view url, const sockaddr& address);
    [[nodiscard]] Result<void> authorize(const http::ClientResponse& refusal);

    std::string base_;  // scheme://host
    std::string repository_;
    Access access_;
    IsCancelled is_cancelled_;
    std::string token_;
    Reach reach_;  // of the registry: by its name, then by the address that was connected to
    http::Client client_;
};

inline constexpr int kMaxRedirects = 10;
bool is_redirect(int status);
// The error that an answer of status >= 300 stands for.
Error refusal_of(const http::ClientResponse& response);

// A header's value, whatever the case of its name; empty when there is none.
std::string_view header_of(const http::ClientResponse& response, std::string_view name);

}  // namespace corral::registry
