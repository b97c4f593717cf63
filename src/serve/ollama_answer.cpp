#include <type_traits>
#include <utility>

#include "api/ollama/requests.h"
#include "base/time.h"
#include "serve/ollama_service.h"
#include "serve/ollama_stream.h"
#include "serve/reply.h"

namespace corral::serve {

namespace ollama = api::ollama;

namespace {

template <class Request>
constexpr bool kIsChat = std::is_same_v<Request, ollama::ChatRequest>;

template <class Request>
ollama::AnswerWriter writer_for(const Request& request) {
    const auto route = kIsChat<Request> ? ollama::AnswerRoute::chat : ollama::AnswerRoute::generate;
    return {route, request.model};
}

http::Task<void> reply_bare(http::Response& response, const ollama::AnswerWriter& writer,
                            std::string_view done_reason) {
    std::string body;
    writer.bare(body, done_reason, now());
    co_await reply_json(response, 200, std::move(body));
}

http::Task<void> run_answer(AnswerRun& run, const ollama::AnswerRequest& request,
                            std::size_t n_images, http::Response& response) {
    if (request.render_only) {
        co_await send_rendered(run, n_images, response);
    } else if (request.streams()) {
        co_await stream_answer(run, response);
    } else {
        co_await send_answer(run, response);
    }
}

// The format is found wanting only after the load: as first event of a stream, or as the reply.
http::Task<void> refuse_format(http::Response& response, bool streams, Error error) {
    if (streams) {
        co_await fail_stream(response, std::move(error));
    } else {
        co_await reply_error(response, std::move(error));
    }
}

}  // namespace

http::Task<void> OllamaService::generate(http::Request& request, http::Response& response) {
    const auto started = Clock::now();
    auto asked = co_await read(request, ollama::decode_generate);
    if (!asked) co_return co_await reply_error(response, asked.error());
    co_await answer(std::move(*asked), started, response);
}

http::Task<void> OllamaService::chat(http::Request& request, http::Response& response) {
    const auto started = Clock::now();
    auto asked = co_await read(request, ollama::decode_chat);
    if (!asked) co_return co_await reply_error(response, asked.error());
    co_await answer(std::move(*asked), started, response);
}

template <class Request>
http::Task<void> OllamaService::answer(Request request, Clock::time_point started,
                                       http::Response& response) {
    auto writer = writer_for(request);
    sched::Pool::OnWaiting on_waiting;
    if (request.streams() && !request.render_only) {
        on_waiting = [&](std::size_t n_before) { return tell_place(writer, n_before, response); };
    }
    auto begun = co_await answerer_.begin(request, response, std::move(on_waiting));
    if (!begun && response.started()) co_return co_await fail_stream(response, begun.error());
    if (!begun) co_return co_await reply_error(response, begun.error());
    const auto& config = begun->record->config;
    if (config.is_remote()) writer.tell_remote(config.remote_model, config.remote_host);
    if (begun->bad_format) {
        co_return co_await refuse_format(response, request.streams(),
                                         std::move(*begun->bad_format));
    }
    if (!begun->events) co_return co_await reply_bare(response, writer, begun->bare);

    AnswerRun run{begun->events, std::move(writer), started, begun->load_time, begun->is_relayed()};
    co_await run_answer(run, request, begun->n_images, response);
}

}  // namespace corral::serve
