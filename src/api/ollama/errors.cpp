#include "api/ollama/errors.h"

#include "api/json/writer.h"

namespace corral::api::ollama {

int http_status(const Error& error) {
    if (error.http_status != 0) return error.http_status;
    switch (error.code) {
        case ErrorCode::invalid:
        case ErrorCode::unsupported:
            return 400;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::cancelled:
            return 499;
        case ErrorCode::busy:
            return 503;
        case ErrorCode::no_memory:
        case ErrorCode::unavailable:
        case ErrorCode::corrupt:
        case ErrorCode::io:
        case ErrorCode::internal:
            return 500;
    }
    return 500;
}

std::string error_body(std::string_view message) {
    std::string body;
    json::ObjectWriter(body).text("error", message).end();
    return body;
}

std::unexpected<Error> refuse(int http_status, ErrorCode code, std::string message) {
    return std::unexpected(Error{code, std::move(message), {}, http_status});
}

}  // namespace corral::api::ollama
