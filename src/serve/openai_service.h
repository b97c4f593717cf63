#pragma once

// Purpose: the handlers of OpenAI's routes: shells around api/openai and the Answerer.
//
// Ownership: shared by the route table. Threads: the I/O thread.
// Source: openai-anthropic-api.md 1, 3 to 7, 15.

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/openai/chat_request.h"
#include "api/openai/completion.h"
#include "api/openai/sampling_fields.h"
#include "http/server.h"
#include "serve/answerer.h"
#include "serve/collect.h"
#include "serve/context.h"
#include "serve/sse_stream.h"
#include "serve/v1_manners.h"

namespace corral::serve {

class OpenAiService {
public:
    OpenAiService(Context& context, Answerer& answerer) : context_(context), answerer_(answerer) {}

    http::Task<void> chat(http::Request& request, http::Response& response);         // openai_chat
    http::Task<void> completions(http::Request& request, http::Response& response);  // openai_text
    // openai_models.cpp
    http::Task<void> embeddings(http::Request& request, http::Response& response);
    http::Task<void> models(http::Request& request, http::Response& response);
    http::Task<void> model(http::Request& request, http::Response& response);

private:
    using Choices = std::vector<Begun>;

    template <class Decode>
    auto read(http::Request& request, Decode decode) -> http::Task<decltype(decode({}))> {
        auto body = co_await read_v1_body(request, context_.settings.max_body_bytes);
        if (!body) co_return std::unexpected(std::move(body).error());
        co_return decode(*body);
    }
    // Begins every choice of a request; they run together.
    template <class Request>
    http::Task<Result<Choices>> begin_all(std::span<const Request> requests,
                                          http::Response& response);

    http::Task<void> stream_chat(const api::openai::ChatRequest& request, Choices choices,
                                 http::Response& response);
    http::Task<void> send_chat(const api::openai::ChatRequest& request, Choices choices,
                               http::Response& response);
    http::Task<void> stream_text(const api::openai::CompletionRequest& request, Choices choices,
                                 http::Response& response);
    http::Task<void> send_text(const api::openai::CompletionRequest& request, Choices choices,
                               http::Response& response);

    Context& context_;
    Answerer& answerer_;
};

// Whose sampling parameters go first.
api::openai::Precedence precedence(const Settings& settings);

// In OpenAI's envelope. What is not found is a model.
http::Task<void> refuse(http::Response& response, const Error& error);
// Ends an answer that failed: a refusal, or, where a stream has begun, the error as its last frame
// before `[DONE]`, behind the frames of `out`.
http::Task<void> break_off(const Error& error, std::string& out, SseStream& stream,
                           http::Response& response);

}  // namespace corral::serve
