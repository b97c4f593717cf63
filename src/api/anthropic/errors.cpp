#include "api/anthropic/errors.h"

#include "api/common/sse.h"
#include "api/json/writer.h"

namespace corral::api::anthropic {

namespace {

std::string_view error_type(int http_status) {
    switch (http_status) {
        case 400:
            return "invalid_request_error";
        case 401:
            return "authentication_error";
        case 403:
            return "permission_error";
        case 404:
            return "not_found_error";
        case 429:
            return "rate_limit_error";
        case 503:
        case 529:
            return "overloaded_error";
        default:
            return "api_error";
    }
}

}  // namespace

std::string error_body(int http_status, std::string_view message, std::string_view request_id) {
    std::string body;
    json::ObjectWriter writer(body);
    writer.text("type", "error");
    json::ObjectWriter(writer.key("error"))
        .text("type", error_type(http_status))
        .text("message", message)
        .end();
    writer.text("request_id", request_id).end();
    return body;
}

void append_error_event(std::string& out, std::string_view message, std::string_view request_id) {
    sse::append_event(out, "error", error_body(500, message, request_id));
}

}  // namespace corral::api::anthropic
