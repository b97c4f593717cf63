// POST /tokenize and /detokenize, also under /v1 and /api (openai-anthropic-api.md 15.6).

#include "api/tokens/tokens.h"

#include <utility>

#include "serve/collect.h"
#include "serve/ollama_service.h"

namespace corral::serve {

namespace tokens = api::tokens;

http::Task<void> OllamaService::tokenize(http::Request& request, http::Response& response) {
    auto answer = co_await compute_tokens(request, response);
    co_await reply_in_dialect(request, response, std::move(answer));
}

http::Task<void> OllamaService::detokenize(http::Request& request, http::Response& response) {
    auto answer = co_await compute_text(request, response);
    co_await reply_in_dialect(request, response, std::move(answer));
}

http::Task<Result<std::string>> OllamaService::compute_tokens(http::Request& request,
                                                              http::Response& response) {
    const auto opened = co_await open(request, response, tokens::decode_tokenize);
    if (!opened) co_return fail(opened.error());
    const auto& [asked, begun] = *opened;
    const auto counted = co_await collect(*begun.events);
    if (!counted) co_return fail(counted.error());
    co_return tokens::tokens_body(asked, counted->done, begun.lease->info().n_ctx);
}

http::Task<Result<std::string>> OllamaService::compute_text(http::Request& request,
                                                            http::Response& response) {
    const auto opened = co_await open(request, response, tokens::decode_detokenize);
    if (!opened) co_return fail(opened.error());
    auto rendered = co_await collect(*opened->second.events);
    if (!rendered) {
        Error error = std::move(rendered).error();
        // Nothing but ids beyond the vocabulary can be wrong with tokens.
        if (error.code == ErrorCode::invalid)
            error = {ErrorCode::invalid, "there are tokens this model does not have", {}, 400};
        co_return fail(std::move(error));
    }
    co_return tokens::text_body(rendered->done);
}

}  // namespace corral::serve
