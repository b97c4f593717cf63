#include "serve/v1_manners.h"

#include <fmt/format.h>

#include "api/anthropic/errors.h"
#include "api/openai/errors.h"
#include "base/decompress.h"
#include "base/random_text.h"
#include "base/text.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

constexpr std::size_t kRequestIdDigits = 24;
constexpr int kUnsupportedType = 415;

constexpr std::size_t kMostDecompressed = 20 << 20;

bool is_v1(const http::Request& request) {
    return request.path().starts_with("/v1/");
}

// Forms with files are not among what is decompressed.
bool takes_zstd(const http::Request& request) {
    return !request.path().starts_with("/v1/audio/");
}

bool is_zstd(std::string_view encoding) {
    return equals_ignoring_case(encoding, "zstd");
}

}  // namespace

bool speaks_anthropic(const http::Request& request) {
    return request.path().starts_with("/v1/messages") ||
           (is_v1(request) && !request.header("anthropic-version").empty());
}

std::string name_exchange(http::Response& response) {
    auto id = "req_" + random_hex(kRequestIdDigits);
    for (const auto* name : {"x-request-id", "request-id"}) response.set_header(name, id);
    return id;
}

void apply_prompt_limit(api::ollama::AnswerRequest& request, const Settings& settings) {
    if (settings.refuse_long_prompts && !request.truncate) request.truncate = false;
}

http::Router::Filter request_id_filter() {
    return [](http::Request& request, http::Response& response) -> http::Task<bool> {
        if (is_v1(request)) name_exchange(response);
        co_return false;
    };
}

http::Router::Filter encoding_filter() {
    return [](http::Request& request, http::Response& response) -> http::Task<bool> {
        const auto encoding = request.header("Content-Encoding");
        if (!is_v1(request) || encoding.empty() || equals_ignoring_case(encoding, "identity"))
            co_return false;
        if (takes_zstd(request) && is_zstd(encoding)) co_return false;
        const auto message = fmt::format(
            "bodies compressed with {} are not supported, please send them as they are{}", encoding,
            takes_zstd(request) ? " or with zstd" : "");
        auto body =
            speaks_anthropic(request)
                ? api::anthropic::error_body(kUnsupportedType, message, name_exchange(response))
                : api::openai::error_body(kUnsupportedType, message);
        (void)co_await response.send(kUnsupportedType, kPlainJsonType, std::move(body));
        co_return true;
    };
}

http::Task<Result<std::string>> read_v1_body(http::Request& request, std::size_t limit) {
    auto body = co_await request.read_body(limit);
    const bool is_compressed = is_v1(request) && is_zstd(request.header("Content-Encoding"));
    if (!body || !is_compressed) co_return body;
    co_return decompress_zstd(*body, kMostDecompressed);
}

http::Task<bool> refuse_unknown(http::Request& request, http::Response& response, int status) {
    if (!is_v1(request)) co_return false;
    const auto message = fmt::format("{} {} is not supported", request.method(), request.path());
    (void)co_await response.send(status, kPlainJsonType, api::openai::error_body(status, message));
    co_return true;
}

}  // namespace corral::serve
