#include "api/openai/errors.h"

#include "api/common/prompt_limit.h"
#include "api/json/writer.h"

namespace corral::api::openai {

namespace {

std::string_view error_type(int http_status) {
    switch (http_status) {
        case 400:
            return "invalid_request_error";
        case 404:
            return "not_found_error";
        default:
            return "api_error";
    }
}

std::string_view error_word(const Error& error) {
    if (!error.problem.empty()) return error.problem;
    if (is_prompt_too_long(error.message)) return "context_length_exceeded";
    return error.code == ErrorCode::not_found ? "model_not_found" : "";
}

void append_word(json::ObjectWriter& writer, std::string_view key, std::string_view word) {
    if (word.empty()) {
        writer.json(key, "null");
    } else {
        writer.text(key, word);
    }
}

}  // namespace

std::string error_body(int http_status, std::string_view message) {
    return error_body(http_status, message, {}, {});
}

std::string error_body(int http_status, std::string_view message, std::string_view param,
                       std::string_view code) {
    std::string body;
    json::ObjectWriter writer(body);
    json::ObjectWriter error(writer.key("error"));
    error.text("message", message).text("type", error_type(http_status));
    append_word(error, "param", param);
    append_word(error, "code", code);
    error.end();
    writer.end();
    return body;
}

std::string error_body(int http_status, const Error& error) {
    return error_body(http_status, error.message, error.field, error_word(error));
}

}  // namespace corral::api::openai
