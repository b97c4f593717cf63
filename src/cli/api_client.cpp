#include "cli/api_client.h"

#include <optional>

#include "base/text.h"
#include "cli/json.h"
#include "http/client.h"
#include "http/go_client.h"
#include "http/head.h"

namespace corral::cli {
namespace {

constexpr std::string_view kSomethingWrong =
    "something went wrong, please see the ollama server logs for details";

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kNdjson = "application/x-ndjson";

std::string status_line(int status) {
    return fmt::format("{} {}", status, http::reason_phrase(status));
}

ErrorCode code_of(int status) {
    switch (status) {
        case 404:
            return ErrorCode::not_found;
        case 501:
            return ErrorCode::unsupported;
        case 503:
            return ErrorCode::busy;
        case 507:
            return ErrorCode::no_memory;
        default:
            return status < 500 ? ErrorCode::invalid : ErrorCode::internal;
    }
}

// What the server says went wrong; nothing when it says nothing.
std::string error_text(std::string_view body) {
    auto json = Json::parse(body, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return std::string(trim(body));
    const auto& error = member(json, "error");
    if (error.is_string()) return error.get<std::string>();
    return text_of(error, "message");
}

}  // namespace

Error answer_error(int status, std::string_view body, bool streaming) {
    auto text = error_text(body);
    if (text.empty()) text = kSomethingWrong;
    if (streaming) text = status == 401 ? status_line(status) : status_line(status) + ": " + text;
    auto hint = status == 401 ? text_of(Json::parse(body, nullptr, false), "signin_url") : "";
    return Error{code_of(status), std::move(text), std::move(hint), status};
}

HostAddress connectable(HostAddress address) {
    if (address.host.empty() || address.host == "0.0.0.0") address.host = "127.0.0.1";
    if (address.host == "::") address.host = "::1";
    return address;
}

ApiClient::ApiClient(HostAddress address, std::string api_key)
    : address_(connectable(std::move(address))), api_key_(std::move(api_key)) {}
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient::~ApiClient() = default;

http::Client& ApiClient::client() const {
    if (!client_) client_ = std::make_unique<http::Client>();
    return *client_;
}

http::ClientRequest ApiClient::request(std::string_view method, std::string_view path,
                                       std::string_view accept) const {
    http::ClientRequest request;
    request.method = method;
    request.url = address_.url() + std::string(path);
    request.headers = {{"Content-Type", std::string(kJson)},
                       {"Accept", std::string(accept)},
                       {"User-Agent", http::user_agent()}};
    if (!api_key_.empty()) request.headers.emplace_back("Authorization", "Bearer " + api_key_);
    return request;
}

Result<void> ApiClient::heartbeat() const {
    auto head = request("HEAD", "/", kJson);
    auto answer = client().send(head);
    if (!answer) return fail(http::transport_error("HEAD", head.url, answer.error()));
    if (answer->status >= 400) return fail(answer_error(answer->status, answer->body, false));
    return {};
}

Result<std::string> ApiClient::ask(std::string_view method, std::string_view path,
                                   const Json* body) const {
    auto asked = request(method, path, kJson);
    if (body != nullptr) asked.body = compact(*body);
    auto answer = client().send(asked);
    if (!answer) return fail(http::transport_error(method, asked.url, answer.error()));
    if (answer->status >= 400) return fail(answer_error(answer->status, answer->body, false));
    return std::move(answer->body);
}

Result<Json> ApiClient::exchange(std::string_view method, std::string_view path,
                                 const Json* body) const {
    CORRAL_TRY(const std::string answer, ask(method, path, body));
    if (answer.empty()) return Json::object();
    auto json = Json::parse(answer, nullptr, false);
    if (json.is_discarded()) {
        return fail(ErrorCode::corrupt, "{} {}{}: the answer is not JSON", method, address_.url(),
                    path);
    }
    return json;
}

Result<Json> ApiClient::get(std::string_view path) const {
    return exchange("GET", path, nullptr);
}

Result<std::string> ApiClient::get_text(std::string_view path) const {
    return ask("GET", path, nullptr);
}

Result<Json> ApiClient::post(std::string_view path, const Json& body) const {
    return exchange("POST", path, &body);
}

Result<Json> ApiClient::remove(std::string_view path, const Json& body) const {
    return exchange("DELETE", path, &body);
}

Result<void> ApiClient::stream(std::string_view path, const Json& body, const OnEvent& on_event,
                               int cancel_fd) const {
    auto asked = request("POST", path, kNdjson);
    asked.body = compact(body);
    asked.cancel_fd = cancel_fd;
    std::optional<Error> error;
    auto on_line = [&](std::string_view line) {
        if (trim(line).empty()) return true;
        auto event = Json::parse(line, nullptr, false);
        if (event.is_discarded()) {
            error = Error{ErrorCode::corrupt, "the server sent a line that is not JSON", {}, 0};
            return false;
        }
        if (!member(event, "error").is_null()) {
            error = Error{ErrorCode::internal, error_text(line), {}, 0};
            return false;
        }
        return on_event(event);
    };
    auto answer = client().stream(asked, on_line);
    if (error) return fail(*error);
    if (!answer) return fail(http::transport_error("POST", asked.url, answer.error()));
    if (answer->status >= 400) return fail(answer_error(answer->status, answer->body, true));
    return {};
}

Result<bool> ApiClient::has_blob(std::string_view digest) const {
    auto head = request("HEAD", fmt::format("/api/blobs/{}", digest), kJson);
    auto answer = client().send(head);
    if (!answer) return fail(http::transport_error("HEAD", head.url, answer.error()));
    if (answer->status == 404) return false;
    if (answer->status >= 400) return fail(answer_error(answer->status, answer->body, false));
    return true;
}

Result<void> ApiClient::upload_blob(std::string_view digest, std::int64_t size_bytes,
                                    const Source& source) const {
    auto post = request("POST", fmt::format("/api/blobs/{}", digest), kJson);
    post.headers[0].second = "application/octet-stream";
    post.body_source = source;
    post.body_size = size_bytes;
    auto answer = client().send(post);
    if (!answer) return fail(http::transport_error("POST", post.url, answer.error()));
    if (answer->status >= 400) return fail(answer_error(answer->status, answer->body, false));
    return {};
}

}  // namespace corral::cli
