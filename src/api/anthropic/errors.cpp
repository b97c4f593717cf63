#include "api/anthropic/errors.h"

#include "api/common/sse.h"
#include "api/json/writer.h"

namespace corral::api::anthropic {

namespace {

constexpr std::string_view kNoThreads =
    "message threads are not supported, please send the whole conversation instead";

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

std::string error_body(int http_status, std::string_view message, std::string_view request_id,
                       std::string_view details_json) {
    std::string body;
    json::ObjectWriter writer(body);
    writer.text("type", "error");
    json::ObjectWriter error(writer.key("error"));
    error.text("type", error_type(http_status)).text("message", message);
    if (!details_json.empty()) error.json("details", details_json);
    error.end();
    writer.text("request_id", request_id).end();
    return body;
}

Error no_threads() {
    return {ErrorCode::unsupported, std::string(kNoThreads), {}, 400};
}

std::string_view error_details(const Error& error) {
    if (error.message != kNoThreads) return {};
    return R"({"error_code":"thread_unsupported_request","unsupported":["thread"]})";
}

void append_error_event(std::string& out, std::string_view message, std::string_view request_id) {
    sse::append_event(out, "error", error_body(500, message, request_id));
}

}  // namespace corral::api::anthropic
