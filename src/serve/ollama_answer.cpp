#include <type_traits>
#include <utility>

#include "api/ollama/plan.h"
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
constexpr auto kNames = kIsChat<Request> ? ollama::NameRoute::chat : ollama::NameRoute::generate;

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
    const auto record = co_await find(kNames<Request>, request.model);
    if (!record) co_return co_await reply_error(response, record.error());
    const auto writer = writer_for(request);

    const bool unloads = request.only_loads() && request.unloads();
    const bool is_relayed = (*record)->config.is_remote() && !(kIsChat<Request> && unloads);
    if (is_relayed) {
        co_return co_await reply_error(response, ollama::cloud_disabled(kNames<Request>));
    }
    if (unloads) {
        context_.pool.unload((*record)->model_path.string());
        co_return co_await reply_bare(response, writer, "unload");
    }
    auto plan = ollama::plan_answer(request, **record, context_.settings);
    if (!plan) co_return co_await reply_error(response, plan.error());

    const auto cancel = std::make_shared<sched::CancelToken>();
    response.on_cancel([cancel] { cancel->request_stop(); });
    const auto key = plan->spec.key;
    auto lease = co_await context_.pool.acquire(std::move(plan->spec), request.keep_alive, cancel);
    if (!lease) co_return co_await reply_error(response, lease.error());
    loaded_details_.insert_or_assign(key, (*record)->details());
    note_template(**record);
    if (!plan->generation) co_return co_await reply_bare(response, writer, "load");
    if (plan->bad_format) {
        co_return co_await refuse_format(response, request.streams(), std::move(*plan->bad_format));
    }

    AnswerRun run{(*lease)->generate(std::move(*plan->generation)), writer, started,
                  Clock::now() - started};
    response.on_cancel([events = std::weak_ptr(run.events)] {
        if (const auto alive = events.lock()) alive->cancel();
    });
    co_await run_answer(run, request, plan->n_images, response);
}

}  // namespace corral::serve
