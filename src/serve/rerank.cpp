// POST /v1/rerank, its aliases, and /api/rerank (openai-anthropic-api.md 15.6).

#include "api/rerank/rerank.h"

#include <memory>
#include <utility>

#include "api/ollama/errors.h"
#include "api/openai/errors.h"
#include "base/random_text.h"
#include "serve/ollama_service.h"
#include "serve/reply.h"

namespace corral::serve {

namespace rerank = api::rerank;

namespace {

// In the envelope of the route.
std::string error_for(std::string_view path, int status, const Error& error) {
    if (path.starts_with("/api/")) return api::ollama::error_body(error.message);
    return api::openai::error_body(status, error);
}

}  // namespace

http::Task<void> OllamaService::reply_in_dialect(const http::Request& request,
                                                 http::Response& response,
                                                 Result<std::string> answer) {
    if (answer) co_return co_await reply_json(response, 200, std::move(*answer));
    const int status = api::ollama::http_status(answer.error());
    auto body = error_for(request.path(), status, answer.error());
    co_await reply_json(response, status, std::move(body));
}

http::Task<void> OllamaService::rerank(http::Request& request, http::Response& response) {
    auto answer = co_await compute_ranking(request, response);
    co_await reply_in_dialect(request, response, std::move(answer));
}

http::Task<Result<std::string>> OllamaService::compute_ranking(http::Request& request,
                                                               http::Response& response) {
    auto opened = co_await open(request, response, rerank::decode);
    if (!opened) co_return fail(opened.error());
    auto& [asked, begun] = *opened;
    const auto event = co_await begun.events->next();
    if (const auto* failed = std::get_if<wire::Failed>(&event)) {
        co_return fail(Error{failed->code, failed->message, {}, failed->http_status});
    }
    if (begun.is_relayed()) asked.normalize = false;  // the remote has
    co_return rerank::answer(asked, std::get<wire::Embedded>(event), "rerank-" + random_text(24));
}

}  // namespace corral::serve
