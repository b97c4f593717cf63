#include "api/remote/failure.h"

#include "api/json/value.h"
#include "api/json/writer.h"
#include "api/remote/fields.h"
#include "base/text.h"
#include "base/utf8.h"
#include "http/head.h"
#include "models/remote.h"

namespace corral::api::remote {

namespace {

constexpr std::size_t kMaxTextBytes = 2000;

ErrorCode code_for(int status) {
    switch (status) {
        case 404:
            return ErrorCode::not_found;
        case 429:
        case 503:
            return ErrorCode::busy;
        default:
            return status >= 500 ? ErrorCode::internal : ErrorCode::invalid;
    }
}

std::string shortened(std::string text) {
    if (text.size() > kMaxTextBytes) text.resize(kMaxTextBytes);
    return sanitize_utf8(trim(text));
}

std::string with_owner(const models::ModelConfig& config, std::string_view text) {
    if (config.remote_api.empty()) return std::string(text);
    return fmt::format("remote {}: {}", models::remote_authority(config.remote_host), text);
}

// A message, wherever the APIs put it.
std::string message_in(const json::Value& value) {
    for (const std::string_view key : {"error", "message", "detail"}) {
        const auto* found = member(value, key);
        if (found == nullptr) continue;
        std::string text = found->is_string() ? found->text() : message_in(*found);
        if (!text.empty()) return text;
    }
    return {};
}

}  // namespace

std::string error_text(std::string_view body) {
    const auto value = json::parse(body);
    std::string text = value ? message_in(*value) : std::string();
    return shortened(text.empty() ? std::string(body.substr(0, kMaxTextBytes)) : std::move(text));
}

wire::Failed refused(const models::ModelConfig& config, int status, std::string_view body) {
    std::string text = error_text(body);
    if (status < 400) {
        text = fmt::format("the server redirects (status {}), which is not followed", status);
    } else if (text.empty()) {
        text = fmt::format("status {}", status);
    }
    const bool is_error = status >= 400 && status < 600;
    return {code_for(is_error ? status : 502), with_owner(config, text), is_error ? status : 502};
}

wire::Failed lost(const models::ModelConfig& config, const Error& error) {
    const auto text = config.remote_api.empty()
                          ? error.message
                          : fmt::format("the connection failed: {}", error.message);
    return {ErrorCode::unavailable, with_owner(config, text),
            config.remote_api.empty() ? 500 : 502};
}

wire::Failed broke_off(const models::ModelConfig& config, wire::Failed failed) {
    failed.message = with_owner(config, failed.message);
    return failed;
}

std::string relay_error_body(const wire::Failed& failed) {
    std::string body;
    json::ObjectWriter writer(body);
    if (failed.code != ErrorCode::unavailable) {
        writer.integer("StatusCode", failed.http_status)
            .text("Status", fmt::format("{} {}", failed.http_status,
                                        http::reason_phrase(failed.http_status)));
    }
    writer.text("error", failed.message).end();
    return body;
}

}  // namespace corral::api::remote
