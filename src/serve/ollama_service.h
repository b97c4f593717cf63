#pragma once

// Purpose: the handlers of upstream's native routes: shells around api/ollama and the Answerer that
// move bytes.
//
// Ownership: shared by the route table. Threads: everything runs on the I/O thread; blocking file
// work goes through Context::workers.
// Source: native-api.md 6 and 8.

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "api/ollama/embed.h"
#include "http/server.h"
#include "serve/answerer.h"
#include "serve/context.h"
#include "serve/request_log.h"
#include "serve/v1_manners.h"

namespace corral::serve {

class OllamaService {
public:
    OllamaService(Context& context, Answerer& answerer);

    // Lists and changes of the store: ollama_models.cpp.
    http::Task<void> tags(http::Response& response);
    http::Task<void> ps(http::Response& response);
    http::Task<void> show(http::Request& request, http::Response& response);
    http::Task<void> copy(http::Request& request, http::Response& response);
    http::Task<void> remove(http::Request& request, http::Response& response);

    // ollama_create.cpp
    http::Task<void> create(http::Request& request, http::Response& response);

    // Answers: ollama_answer.cpp.
    http::Task<void> generate(http::Request& request, http::Response& response);
    http::Task<void> chat(http::Request& request, http::Response& response);

    // ollama_embed.cpp
    http::Task<void> embed(http::Request& request, http::Response& response);
    http::Task<void> embeddings(http::Request& request, http::Response& response);

    // rerank.cpp
    http::Task<void> rerank(http::Request& request, http::Response& response);
    // tokens.cpp
    http::Task<void> tokenize(http::Request& request, http::Response& response);
    http::Task<void> detokenize(http::Request& request, http::Response& response);

private:
    using Clock = std::chrono::steady_clock;

    // The request's body, decoded.
    template <class Decode>
    auto read(http::Request& request, Decode decode) -> http::Task<decltype(decode({}))> {
        auto body = co_await read_v1_body(request, context_.settings.max_body_bytes);
        if (!body) co_return std::unexpected(std::move(body).error());
        if (request_log_ && RequestLog::wants(request.path()))
            request_log_->save(request.path(), *body);
        co_return decode(*body);
    }
    // The same, and what was begun for it.
    template <class Decode>
    auto open(http::Request& request, http::Response& response, Decode decode)
        -> http::Task<Result<std::pair<typename decltype(decode({}))::value_type, Begun>>> {
        auto asked = co_await read(request, decode);
        if (!asked) co_return fail(asked.error());
        auto begun = co_await answerer_.begin(*asked, response);
        if (!begun) co_return fail(begun.error());
        co_return std::pair(std::move(*asked), std::move(*begun));
    }
    template <class Request>
    http::Task<void> answer(Request request, Clock::time_point started, http::Response& response);

    http::Task<void> answer_embed(api::ollama::EmbedRequest request, Clock::time_point started,
                                  http::Response& response);

    http::Task<Result<std::string>> compute_ranking(http::Request& request,
                                                    http::Response& response);

    http::Task<Result<std::string>> compute_tokens(http::Request& request,
                                                   http::Response& response);
    http::Task<Result<std::string>> compute_text(http::Request& request, http::Response& response);
    // An answer, or an error in the envelope of the route (rerank.cpp).
    static http::Task<void> reply_in_dialect(const http::Request& request, http::Response& response,
                                             Result<std::string> answer);

    Context& context_;
    Answerer& answerer_;
    std::optional<RequestLog> request_log_;  // OLLAMA_DEBUG_LOG_REQUESTS
};

}  // namespace corral::serve
