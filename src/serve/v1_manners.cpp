#include "serve/v1_manners.h"

#include <fmt/format.h>

#include "api/openai/errors.h"
#include "base/random_text.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

constexpr std::size_t kRequestIdCharacters = 24;

bool is_v1(const http::Request& request) {
    return request.path().starts_with("/v1/");
}

}  // namespace

http::Router::Filter request_id_filter() {
    return [](http::Request& request, http::Response& response) -> http::Task<bool> {
        if (is_v1(request)) {
            const auto id = "req_" + random_text(kRequestIdCharacters);
            response.set_header("x-request-id", id);
            response.set_header("request-id", id);
        }
        co_return false;
    };
}

http::Task<bool> refuse_unknown(http::Request& request, http::Response& response, int status) {
    if (!is_v1(request)) co_return false;
    const auto message = fmt::format("{} {} is not supported", request.method(), request.path());
    (void)co_await response.send(status, kPlainJsonType, api::openai::error_body(status, message));
    co_return true;
}

}  // namespace corral::serve
