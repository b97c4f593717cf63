#include "http/transfer.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/settings.h"
#include "base/text.h"

namespace corral::http {
namespace {

constexpr long kReceiveBufferBytes = 64 << 10;
constexpr long kUploadBufferBytes = 512 << 10;
constexpr int kPollMs = 1000;
constexpr int kAskPeriodMs = 100;  // how often is_cancelled is asked

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string url_part(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

// The host and port of a URL, as far as it has them.
HostAddress address_of(const std::string& text) {
    const Url url(curl_url());
    HostAddress address;
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return address;
    address.scheme = url_part(url.get(), CURLUPART_SCHEME);
    address.host = trim(url_part(url.get(), CURLUPART_HOST), "[]");
    address.port =
        static_cast<std::uint16_t>(std::atoi(url_part(url.get(), CURLUPART_PORT).c_str()));
    return address;
}

// "127.0.0.1:80", "[::1]:80": where a connection went, or was to go.
std::string peer(CURL* handle, const std::string& url) {
    char* ip = nullptr;
    long port = 0;
    curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &ip);
    curl_easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &port);
    HostAddress address = address_of(url);
    if (ip != nullptr && *ip != '\0' && port > 0) {
        address.host = ip;
        address.port = static_cast<std::uint16_t>(port);
    }
    const bool needs_brackets = address.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", needs_brackets ? "[" : "", address.host,
                       needs_brackets ? "]" : "", address.port);
}

// Go spells the system's error texts without capitals.
std::string system_text(long cause) {
    return lower(std::generic_category().message(static_cast<int>(cause)));
}

bool was_connected(CURL* handle) {
    curl_off_t connect_us = 0;
    curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connect_us);
    return connect_us > 0;
}

// The status of a proxy that made no tunnel; 0 when none was asked to, or it did.
long proxys_refusal(CURL* handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &status);
    return status >= 300 ? status : 0;
}

// The bytes of an IPv4 or IPv6 address; empty for other families.
std::string_view bytes_of(const sockaddr& address) {
    const auto view = [](const auto& bytes) {
        return std::string_view(reinterpret_cast<const char*>(&bytes), sizeof bytes);
    };
    if (address.sa_family == AF_INET) {
        return view(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    }
    if (address.sa_family == AF_INET6) {
        return view(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    }
    return {};
}

std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.sa_family, bytes_of(address).data(), text.data(), text.size());
    return text.data();
}

bool is_address_of(const std::string& host, const sockaddr& address) {
    addrinfo* first = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, nullptr, &first) != 0) return false;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(first, freeaddrinfo);
    for (const addrinfo* one = first; one != nullptr; one = one->ai_next) {
        if (one->ai_family == address.sa_family && bytes_of(*one->ai_addr) == bytes_of(address)) {
            return true;
        }
    }
    return false;
}

// Of those that requests of that scheme go through.
bool is_proxy(std::string_view scheme, const sockaddr& address) {
    const bool is_http = scheme == "http";
    for (const char* name : {is_http ? "http_proxy" : "https_proxy",
                             is_http ? "HTTP_PROXY" : "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        const char* value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        const std::string proxy = value;
        const auto url = proxy.find("://") == std::string::npos ? "http://" + proxy : proxy;
        if (is_address_of(address_of(url).host, address)) return true;
    }
    return false;
}

Error cancelled() {
    return Error{ErrorCode::cancelled, "request canceled", {}, 0};
}

}  // namespace

Transfer::Transfer(CURL* handle, const ClientRequest& request, const OnBody& on_body)
    : handle_(handle), request_(request), on_body_(on_body), explanation_(CURL_ERROR_SIZE, '\0') {
    curl_easy_reset(handle_);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, explanation_.data());
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(request.connect_timeout_ms));
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
    if (request.silence_timeout_s > 0) {
        curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME,
                         static_cast<long>(request.silence_timeout_s));
    }
    curl_easy_setopt(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Transfer::on_write);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
    if (request.may_connect) {
        curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
        curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
    }
    set_address();
    set_headers();
    set_method_and_body();
}

void Transfer::set_address() {
    for (const std::string& host : request_.known_hosts) {
        known_hosts_.reset(curl_slist_append(known_hosts_.release(), host.c_str()));
    }
    curl_easy_setopt(handle_, CURLOPT_RESOLVE, known_hosts_.get());
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    // As Go's programs take them; libcurl by itself does not.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') {
        curl_easy_setopt(handle_, CURLOPT_CAINFO, file);
    }
    if (const char* folder = std::getenv("SSL_CERT_DIR"); folder != nullptr && *folder != '\0') {
        curl_easy_setopt(handle_, CURLOPT_CAPATH, folder);
    }
    // "http://:1234" is this machine, as an address to listen on is written.
    curl_easy_setopt(handle_, CURLOPT_URL,
                     replace_all(request_.url, "://:", "://localhost:").c_str());
    const HostAddress address = address_of(request_.url);
    if (address.is_loopback() || request_.direct) {
        curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    } else if (const char* proxy = std::getenv("HTTP_PROXY");
               proxy != nullptr && address.scheme == "http" && !std::getenv("http_proxy")) {
        // libcurl reads the other variables itself, but not this one, for the sake of CGI programs.
        curl_easy_setopt(handle_, CURLOPT_PROXY, proxy);
    }
}

void Transfer::set_headers() {
    const auto add = [this](const std::string& line) {
        headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
    };
    // Servers that never answer "100 Continue" would cost a second.
    add("Expect:");
    bool has_type = false;
    for (const auto& [name, value] : request_.headers) {
        has_type |= equals_ignoring_case(name, "Content-Type");
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    // Or else libcurl takes every body for a form.
    if (!has_type) add("Content-Type:");
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::set_method_and_body() {
    if (request_.body_source) {
        curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE,
                         static_cast<curl_off_t>(request_.body_size));
        curl_easy_setopt(handle_, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
        curl_easy_setopt(handle_, CURLOPT_READFUNCTION, &Transfer::on_read);
        curl_easy_setopt(handle_, CURLOPT_READDATA, this);
        // The source cannot be read twice, as a kept connection that turns out dead would need.
        curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, 1L);
    } else if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
        curl_easy_setopt(handle_, CURLOPT_POST, 1L);
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.data());
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
    } else if (request_.method == "HEAD") {
        curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

Result<ClientResponse> Transfer::run(CURLM* connections) {
    curl_multi_add_handle(connections, handle_);
    const auto code = drive(connections);
    curl_multi_remove_handle(connections, handle_);
    if (!code && !refused_) return fail(code.error());
    return conclude(code.value_or(CURLE_WRITE_ERROR));
}

Result<ClientResponse> Transfer::conclude(CURLcode code) {
    if (refused_) return fail(std::move(*refused_));
    if (code != CURLE_OK) return fail(failure(code));
    return std::move(response_);
}

Result<CURLcode> Transfer::drive(CURLM* connections) {
    const unsigned n_extra = request_.cancel_fd >= 0 ? 1 : 0;
    for (int n_running = 1;;) {
        if (curl_multi_perform(connections, &n_running) != CURLM_OK) {
            return fail(ErrorCode::internal, "the HTTP client failed");
        }
        if (n_running == 0) break;
        curl_waitfd cancel{request_.cancel_fd, CURL_WAIT_POLLIN, 0};
        curl_multi_poll(connections, &cancel, n_extra,
                        request_.is_cancelled ? kAskPeriodMs : kPollMs, nullptr);
        if (n_extra > 0 && cancel.revents != 0) return fail(cancelled());
        if (request_.is_cancelled && request_.is_cancelled()) return fail(cancelled());
    }
    int n_left = 0;
    const CURLMsg* message = curl_multi_info_read(connections, &n_left);
    return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
}

Error Transfer::failure(CURLcode code) {
    const auto unavailable = [](std::string text) {
        return Error{ErrorCode::unavailable, std::move(text), {}, 0};
    };
    if (code == CURLE_COULDNT_CONNECT && !forbidden_.empty()) {
        return Error{ErrorCode::invalid, fmt::format("must not connect to {}", forbidden_), {}, 0};
    }
    long cause = 0;
    curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &cause);
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return unavailable(fmt::format("dial tcp {}: connect: {}", peer(handle_, request_.url),
                                           system_text(cause == 0 ? ECONNREFUSED : cause)));
        case CURLE_COULDNT_RESOLVE_HOST:
            return unavailable(
                fmt::format("dial tcp: lookup {}: no such host", address_of(request_.url).host));
        case CURLE_OPERATION_TIMEDOUT:
            return unavailable(was_connected(handle_) ? "context deadline exceeded"
                                                      : fmt::format("dial tcp {}: i/o timeout",
                                                                    peer(handle_, request_.url)));
        case CURLE_GOT_NOTHING:
            return unavailable("EOF");
        case CURLE_PARTIAL_FILE:
            return unavailable("unexpected EOF");
        case CURLE_RECV_ERROR:
            if (const long status = proxys_refusal(handle_); status != 0) {
                return unavailable(fmt::format("the proxy refuses: status {}", status));
            }
            return unavailable(fmt::format("read tcp {}: read: {}", peer(handle_, request_.url),
                                           system_text(cause == 0 ? ECONNRESET : cause)));
        case CURLE_SEND_ERROR:
            return unavailable(fmt::format("write tcp {}: write: {}", peer(handle_, request_.url),
                                           system_text(cause == 0 ? EPIPE : cause)));
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return Error{
                ErrorCode::invalid, fmt::format("not a valid address: {}", request_.url), {}, 0};
        case CURLE_ABORTED_BY_CALLBACK:
            return cancelled();
        default:
            return unavailable(explanation_[0] != '\0' ? explanation_.c_str()
                                                       : curl_easy_strerror(code));
    }
}

void Transfer::take_header(std::string_view line) {
    // Every head starts over: that of "100 Continue" is followed by the real one.
    if (line.starts_with("HTTP/")) {
        long status = 0;
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        response_.headers.clear();
        response_.reason =
            trim(line.substr(std::min(line.find(' ', line.find(' ') + 1), line.size())));
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return;
    response_.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t n, void* self) {
    static_cast<Transfer*>(self)->take_header({data, size * n});
    return size * n;
}

std::size_t Transfer::on_write(char* data, std::size_t size, std::size_t n, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    transfer->refused_ = transfer->on_body_({data, size * n}, transfer->response_);
    return transfer->refused_ ? 0 : size * n;
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype /*purpose*/,
                                       curl_sockaddr* address) {
    auto* transfer = static_cast<Transfer*>(self);
    const bool goes_to_proxy = !transfer->request_.direct &&
                               is_proxy(address_of(transfer->request_.url).scheme, address->addr);
    if (!goes_to_proxy && !transfer->request_.may_connect(address->addr)) {
        transfer->forbidden_ = text_of(address->addr);
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Transfer::on_read(char* data, std::size_t size, std::size_t n, void* self) {
    const std::size_t n_read = static_cast<Transfer*>(self)->request_.body_source(data, size * n);
    return n_read == kGiveUp ? CURL_READFUNC_ABORT : n_read;
}

}  // namespace corral::http
