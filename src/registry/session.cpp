#include "registry/session.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/random_text.h"
#include "base/text.h"
#include "http/go_client.h"
#include "registry/challenge.h"
#include "registry/keys.h"

namespace corral::registry {

namespace {

constexpr std::size_t kErrorTextLimitBytes = 64 * 1024;
constexpr std::size_t kTokenLimitBytes = 64 * 1024;
constexpr std::size_t kPeekLimitBytes = 64 * 1024;
constexpr std::size_t kNonceCharacters = 22;

std::int64_t unix_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// Reads the body's range piece by piece into libcurl's buffer.
std::function<std::size_t(char*, std::size_t)> reader_of(const Body& body) {
    return [&body, sent = std::int64_t{0}](char* buffer, std::size_t size) mutable {
        if (body.on_sent && !body.on_sent(sent)) return http::kGiveUp;
        const auto wanted =
            std::min<std::int64_t>(static_cast<std::int64_t>(size), body.size_bytes - sent);
        if (wanted == 0) return std::size_t{0};
        const auto n =
            ::pread(body.fd, buffer, static_cast<std::size_t>(wanted), body.offset + sent);
        if (n <= 0) return http::kGiveUp;
        sent += n;
        return static_cast<std::size_t>(n);
    };
}

Error leads_inside(std::string_view host) {
    return {ErrorCode::unsupported,
            fmt::format("the registry redirects into a private network: {}", host),
            {},
            0};
}

Result<std::string> token_in(std::string_view body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto token = json.is_object() ? json.find("token") : json.end();
    if (!json.is_object() || token == json.end() || !token->is_string()) {
        return fail(ErrorCode::corrupt, "the registry's token answer holds no token");
    }
    auto text = token->get<std::string>();
    if (text.find_first_of("\r\n") != std::string::npos) {
        return fail(ErrorCode::corrupt, "the registry's token is malformed");
    }
    return text;
}

bool becomes_get(int status) {
    return status == 301 || status == 302 || status == 303;
}

Error refused_token(const http::ClientResponse& response) {
    const std::string_view text = trim(response.body);
    return {ErrorCode::invalid,
            fmt::format("{}{}{}", response.status, text.empty() ? "" : ": ", text),
            {},
            0};
}

std::optional<Error> ignore(std::string_view /*piece*/, const http::ClientResponse& /*head*/) {
    return std::nullopt;
}

}  // namespace

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Error refusal_of(const http::ClientResponse& response) {
    if (response.status == 404) return {ErrorCode::not_found, "file does not exist", {}, 0};
    return {ErrorCode::invalid, fmt::format("{}: {}", response.status, trim(response.body)), {}, 0};
}

std::string_view header_of(const http::ClientResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (equals_ignoring_case(key, name)) return value;
    }
    return {};
}

Result<void> check_allowed(const Access& access, std::string_view host) {
    const bool is_listed = std::ranges::any_of(access.registries, [&](const std::string& allowed) {
        return equals_ignoring_case(trim(allowed), host);
    });
    if (access.registries.empty() || is_listed) return {};
    return fail(ErrorCode::unsupported,
                "the registry {} is not among those that CORRAL_REGISTRIES allows", host);
}

Session::Session(const store::ModelName& name, Access access, IsCancelled is_cancelled)
    : base_(fmt::format("{}://{}", access.insecure ? "http" : "https", name.host())),
      repository_(fmt::format("{}/{}", name.name_space(), name.model())),
      access_(std::move(access)),
      is_cancelled_(std::move(is_cancelled)),
      reach_(reach_of_host(name.host()).value_or(Reach::internet)) {}

Session::Session(const Session& other, IsCancelled is_cancelled)
    : base_(other.base_),
      repository_(other.repository_),
      access_(other.access_),
      is_cancelled_(std::move(is_cancelled)),
      token_(other.token_),
      reach_(other.reach_) {}

Result<http::ClientResponse> Session::request(std::string_view method, std::string_view path,
                                              const Headers& headers, const OnPiece& on_piece) {
    return request_at(method, url(path), headers, on_piece);
}

Result<http::ClientResponse> Session::request_at(std::string_view method, const std::string& url,
                                                 const Headers& headers, const OnPiece& on_piece) {
    return request_with(method, url, headers, {}, on_piece);
}

Result<http::ClientResponse> Session::submit(std::string_view method, const std::string& url,
                                             const Headers& headers, std::string_view body) {
    return request_with(method, url, headers, body, ignore);
}

Result<http::ClientResponse> Session::request_with(std::string_view method, const std::string& url,
                                                   const Headers& headers, std::string_view body,
                                                   const OnPiece& on_piece) {
    for (bool again = true;; again = false) {
        CORRAL_TRY(auto response, follow(method, url, headers, body, on_piece));
        if (response.status == 401 && again) {
            CORRAL_CHECK(authorize(response));
            continue;
        }
        if (response.status == 401) return fail(ErrorCode::invalid, "unauthorized: access denied");
        if (response.status >= 400) return fail(refusal_of(response));
        return response;
    }
}

Result<http::ClientResponse> Session::follow(std::string_view method, const std::string& url,
                                             const Headers& headers, std::string_view body,
                                             const OnPiece& on_piece) {
    http::ClientRequest request;
    request.method = method;
    request.url = url;
    request.body = body;
    for (int n_redirects = 0; n_redirects <= kMaxRedirects; ++n_redirects) {
        set_headers(request, headers);
        CORRAL_TRY(auto response, send(request, on_piece));
        if (!is_redirect(response.status)) return response;
        std::string next = resolve_location(request.url, header_of(response, "Location"));
        CORRAL_CHECK(check_redirect(next));
        request.url = std::move(next);
        if (becomes_get(response.status) && method != "HEAD") {
            request.method = "GET";
            request.body.clear();
        }
    }
    Error error{
        ErrorCode::unsupported, fmt::format("stopped after {} redirects", kMaxRedirects), {}, 0};
    return fail(http::transport_error(method, url, error));
}

void Session::set_headers(http::ClientRequest& request, const Headers& headers) const {
    request.headers = headers;
    request.headers.emplace_back("User-Agent", http::user_agent());
    if (!token_.empty() && host_of(request.url) == host_of(base_)) {
        request.headers.emplace_back("Authorization", "Bearer " + token_);
    }
}

std::string Session::url(std::string_view path) const {
    return fmt::format("{}/v2/{}/{}", base_, repository_, path);
}

Result<void> Session::check_redirect(std::string_view url) const {
    const std::string_view host = host_of(url);
    if (host.empty()) return fail(ErrorCode::corrupt, "http: no Location header in response");
    if (host != host_of(base_) && reach_of_host(host).value_or(Reach::internet) > reach_) {
        return fail(leads_inside(host));
    }
    if (base_.starts_with("https:") && url.starts_with("http:")) {
        return fail(ErrorCode::unsupported, "the registry redirects to plain http: {}", host);
    }
    return {};
}

Result<http::ClientResponse> Session::exchange(std::string_view method, const std::string& url,
                                               const Headers& headers, const Body& body) {
    return exchange(method, url, headers, body, ignore);
}

Result<http::ClientResponse> Session::peek(const std::string& url, const Headers& headers) {
    std::optional<http::ClientResponse> head;
    std::size_t n_bytes = 0;
    const auto keep_head = [&](std::string_view piece,
                               const http::ClientResponse& answer) -> std::optional<Error> {
        n_bytes += piece.size();
        if (n_bytes <= kPeekLimitBytes) return std::nullopt;
        head = answer;
        return transfer_cancelled();
    };
    auto answer = exchange("GET", url, headers, Body{}, keep_head);
    if (head) return std::move(*head);
    return answer;
}

Result<http::ClientResponse> Session::exchange(std::string_view method, const std::string& url,
                                               const Headers& headers, const Body& body,
                                               const OnPiece& on_piece) {
    CORRAL_CHECK(url.starts_with(base_ + "/") ? Result<void>() : check_redirect(url));
    for (bool again = true;; again = false) {
        http::ClientRequest request;
        request.method = method;
        request.url = url;
        if (body.fd >= 0) {
            request.body_source = reader_of(body);
            request.body_size = body.size_bytes;
        }
        set_headers(request, headers);
        CORRAL_TRY(auto response, send(request, on_piece));
        if (response.status != 401) return response;
        if (!again) return fail(ErrorCode::invalid, "unauthorized: access denied");
        CORRAL_CHECK(authorize(response));
    }
}

bool Session::may_connect(std::string_view url, const sockaddr& address) {
    const Reach reach = access_.network.reach_of(address);
    if (host_of(url) == host_of(base_)) reach_ = reach;
    return reach <= reach_;
}

// Only bodies of good answers are passed on; of others a text for the error is kept.
Result<http::ClientResponse> Session::send(http::ClientRequest request, const OnPiece& on_piece) {
    std::string text;
    bool leads_too_near = false;
    request.may_connect = [&](const sockaddr& address) {
        leads_too_near = !may_connect(request.url, address);
        return !leads_too_near;
    };
    request.is_cancelled = is_cancelled_;
    request.silence_timeout_s =
        std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(patience()).count());
    request.known_hosts = access_.network.known_hosts;
    auto response = client_.fetch(
        request,
        [&](std::string_view piece, const http::ClientResponse& head) -> std::optional<Error> {
            if (head.status < 300) return on_piece(piece, head);
            text +=
                piece.substr(0, kErrorTextLimitBytes - std::min(text.size(), kErrorTextLimitBytes));
            return std::nullopt;
        });
    if (response) {
        response->body = std::move(text);
        return response;
    }
    const Error& error = response.error();
    if (leads_too_near && error.code == ErrorCode::invalid) {
        return fail(leads_inside(host_of(request.url)));
    }
    // An answer that breaks off is no failure of the request: Go tells it without the URL.
    const bool had_begun = error.message == "unexpected EOF";
    if (error.code != ErrorCode::unavailable || had_begun) return fail(error);
    return fail(
        http::transport_error(request.method, request.url.substr(0, request.url.find('?')), error));
}

Result<void> Session::authorize(const http::ClientResponse& refusal) {
    const Challenge challenge = parse_challenge(header_of(refusal, "WWW-Authenticate"));
    const std::string_view host = host_of(challenge.realm);
    if (host != host_of(base_)) {
        return fail(ErrorCode::invalid, "realm host \"{}\" does not match original host \"{}\"",
                    host, host_of(base_));
    }
    CORRAL_TRY(const KeyPair pair, read_key_pair(access_.key_folder));
    http::ClientRequest request;
    request.url = token_url(challenge, unix_seconds(), random_text(kNonceCharacters));
    if (access_.insecure && request.url.starts_with("https://")) request.url.erase(4, 1);
    CORRAL_TRY(std::string signature, sign(pair, token_message(request.url)));
    request.headers = {{"Authorization", std::move(signature)}};
    std::string body;
    CORRAL_TRY(
        auto response,
        send(request,
             [&](std::string_view piece, const http::ClientResponse&) -> std::optional<Error> {
                 body += piece;
                 if (body.size() <= kTokenLimitBytes) return std::nullopt;
                 return Error{ErrorCode::corrupt, "the registry's token is too long", {}, 0};
             }));
    if (response.status >= 400) return fail(refused_token(response));
    CORRAL_TRY(token_, token_in(body));
    return {};
}

}  // namespace corral::registry
