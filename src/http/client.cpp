#include "http/client.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "http/line_splitter.h"
#include "http/transfer.h"

namespace corral::http {
namespace {

constexpr std::size_t kBodyLimitBytes = std::size_t{64} << 20;
constexpr std::size_t kLineLimitBytes = 8'000'000;

// What the head says of the body's length, as far as that is believed; 0 when it does not say.
std::size_t announced_bytes(const ClientResponse& response) {
    std::size_t n_bytes = 0;
    for (const auto& [name, value] : response.headers) {
        if (equals_ignoring_case(name, "Content-Length"))
            std::from_chars(value.data(), value.data() + value.size(), n_bytes);
    }
    return std::min(n_bytes, kBodyLimitBytes);
}

std::optional<Error> collect(std::string_view piece, ClientResponse& response) {
    if (response.body.empty()) response.body.reserve(announced_bytes(response));
    if (response.body.size() + piece.size() > kBodyLimitBytes) {
        return Error{ErrorCode::corrupt, "the server's answer is larger than 64 MiB", {}, 0};
    }
    response.body += piece;
    return std::nullopt;
}

std::optional<Error> error_of(LineSplitter::Outcome outcome) {
    switch (outcome) {
        case LineSplitter::Outcome::ok:
            return std::nullopt;
        case LineSplitter::Outcome::stopped:
            return Error{ErrorCode::cancelled, "request canceled", {}, 0};
        case LineSplitter::Outcome::too_long:
            return Error{
                ErrorCode::corrupt, "a line of the server's answer is longer than 8 MB", {}, 0};
    }
    return std::nullopt;
}

}  // namespace

struct Client::Connections {
    struct Free {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    struct FreeAll {
        void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
    };
    // The multi handle owns the open connections and outlives the handle that uses them.
    std::unique_ptr<CURLM, FreeAll> all{curl_multi_init()};
    std::unique_ptr<CURL, Free> one{curl_easy_init()};
};

Client::Client() : connections_(std::make_unique<Connections>()) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
    const Transfer::OnBody on_body = collect;
    return Transfer(connections_->one.get(), request, on_body).run(connections_->all.get());
}

Result<ClientResponse> Client::stream(const ClientRequest& request, const OnLine& on_line) {
    LineSplitter lines(kLineLimitBytes, on_line);
    const Transfer::OnBody on_body = [&](std::string_view piece, ClientResponse& response) {
        return response.status >= 400 ? collect(piece, response) : error_of(lines.feed(piece));
    };
    Transfer transfer(connections_->one.get(), request, on_body);
    auto response = transfer.run(connections_->all.get());
    if (!response) return response;
    if (auto error = error_of(lines.finish())) return fail(std::move(*error));
    return response;
}

Result<ClientResponse> Client::fetch(const ClientRequest& request, const OnPiece& on_piece) {
    const Transfer::OnBody on_body = [&](std::string_view piece, ClientResponse& response) {
        return on_piece(piece, response);
    };
    return Transfer(connections_->one.get(), request, on_body).run(connections_->all.get());
}

}  // namespace corral::http
