#include "serve/openai_service.h"

#include "api/common/sse.h"
#include "api/ollama/errors.h"
#include "api/openai/errors.h"
#include "serve/reply.h"

namespace corral::serve {

namespace ollama = api::ollama;

api::openai::Precedence precedence(const Settings& settings) {
    return settings.model_parameters_win ? api::openai::Precedence::model
                                         : api::openai::Precedence::protocol;
}

http::Task<void> refuse(http::Response& response, const Error& error) {
    const int status = ollama::http_status(error);
    advise_retries(response, status, error.code);
    (void)co_await response.send(status, kPlainJsonType, api::openai::error_body(status, error));
}

http::Task<void> break_off(const Error& error, std::string& out, SseStream& stream,
                           http::Response& response) {
    if (!stream.started()) co_return co_await refuse(response, error);
    api::sse::append_data(out, api::openai::error_body(500, error.message));
    api::sse::append_data(out, "[DONE]");
    const bool is_there = co_await stream.send(out);
    if (is_there) co_await stream.end();
}

template <class Request>
http::Task<Result<OpenAiService::Choices>> OpenAiService::begin_all(
    std::span<const Request> requests, http::Response& response) {
    Choices choices;
    for (const auto& request : requests) {
        auto begun = co_await answerer_.begin(request, response);
        if (!begun) co_return fail(begun.error());
        if (begun->bad_format) co_return fail(std::move(*begun->bad_format));
        choices.push_back(std::move(*begun));
    }
    std::vector<std::weak_ptr<sched::EventStream>> streams;
    for (const auto& choice : choices) streams.emplace_back(choice.events);
    response.on_cancel([streams = std::move(streams)] {
        for (const auto& stream : streams) {
            if (const auto alive = stream.lock()) alive->cancel();
        }
    });
    co_return choices;
}

template http::Task<Result<OpenAiService::Choices>> OpenAiService::begin_all(
    std::span<const ollama::ChatRequest>, http::Response&);
template http::Task<Result<OpenAiService::Choices>> OpenAiService::begin_all(
    std::span<const ollama::GenerateRequest>, http::Response&);

}  // namespace corral::serve
