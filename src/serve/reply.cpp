#include "serve/reply.h"

#include "api/ollama/errors.h"

namespace corral::serve {

http::Task<void> reply_json(http::Response& response, int status, std::string json) {
    (void)co_await response.send(status, kJsonType, std::move(json));
}

http::Task<void> reply_plain(http::Response& response, std::string json) {
    (void)co_await response.send(200, kPlainJsonType, std::move(json));
}

http::Task<void> reply_error(http::Response& response, int status, std::string message) {
    co_await reply_json(response, status, api::ollama::error_body(message));
}

http::Task<void> reply_error(http::Response& response, Error error) {
    if (error.retry_after_s > 0) {
        response.set_header("Retry-After", std::to_string(error.retry_after_s));
    }
    co_await reply_error(response, api::ollama::http_status(error), std::move(error.message));
}

}  // namespace corral::serve
