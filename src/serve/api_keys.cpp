#include "serve/api_keys.h"

#include <algorithm>
#include <array>

#include "api/anthropic/errors.h"
#include "api/ollama/errors.h"
#include "api/openai/errors.h"
#include "base/text.h"
#include "serve/reply.h"
#include "serve/v1_manners.h"

namespace corral::serve {

namespace {

constexpr std::string_view kMessage =
    "a valid API key is required, as \"Authorization: Bearer <key>\" or \"x-api-key: <key>\"";

bool is_open(std::string_view path) {
    return path == "/" || path == "/api/version";
}

bool is_same_key(std::string_view known, std::string_view sent) {
    if (known.size() != sent.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < known.size(); ++i)
        difference |= static_cast<unsigned char>(known[i] ^ sent[i]);
    return difference == 0;
}

std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    if (!starts_with_ignoring_case(authorization, kScheme)) return {};
    return trim(authorization.substr(kScheme.size()));
}

std::string refusal_body(const http::Request& request, http::Response& response) {
    const auto path = request.path();
    if (path.starts_with("/api/")) return api::ollama::error_body(kMessage);
    if (speaks_anthropic(request)) {
        return api::anthropic::error_body(401, kMessage, name_exchange(response));
    }
    // OpenAI calls it a bad request, whatever the status.
    return api::openai::error_body(400, kMessage, {}, "invalid_api_key");
}

}  // namespace

bool brings_key(const std::vector<std::string>& keys, std::string_view authorization,
                std::string_view x_api_key) {
    const std::array sent = {bearer_token(authorization), x_api_key};
    bool found = false;
    for (const auto& key : keys) {
        for (const auto one : sent) found |= is_same_key(key, one);
    }
    return found;
}

http::Router::Filter api_key_filter(std::vector<std::string> keys) {
    return [keys = std::move(keys)](http::Request& request,
                                    http::Response& response) -> http::Task<bool> {
        if (keys.empty() || is_open(request.path())) co_return false;
        if (brings_key(keys, request.header("Authorization"), request.header("x-api-key")))
            co_return false;
        response.set_header("WWW-Authenticate", "Bearer");
        auto body = refusal_body(request, response);
        (void)co_await response.send(401, kPlainJsonType, std::move(body));
        co_return true;
    };
}

}  // namespace corral::serve
