// POST /v1/audio/transcriptions and /v1/audio/translations (openai-anthropic-api.md 9, 15.6).

#include "serve/openai_audio.h"

#include <utility>

#include "api/common/sse.h"
#include "api/openai/errors.h"
#include "base/text.h"
#include "http/form.h"
#include "http/uri.h"
#include "serve/openai_service.h"
#include "serve/sse_stream.h"

namespace corral::serve {

namespace openai = api::openai;

namespace {

http::Task<void> send_transcript(const openai::TranscriptionRequest& request,
                                 sched::EventStream& events, http::Response& response) {
    const auto collected = co_await collect(events);
    if (!collected) co_return co_await refuse(response, collected.error());
    auto body = openai::transcription_body(request, trim(collected->answer.content));
    (void)co_await response.send(200, openai::transcription_type(request.format), std::move(body));
}

http::Task<void> stream_transcript(sched::EventStream& events, http::Response& response) {
    SseStream stream(response);
    openai::TranscriptStream writer;
    std::string frames;
    while (true) {
        const auto piece = co_await next_piece(events, stream);
        if (!piece && !stream.started()) co_return co_await refuse(response, piece.error());
        if (!piece) {
            api::sse::append_data(frames, openai::error_body(500, piece.error().message));
        } else if (const auto* done = std::get_if<wire::Done>(&*piece)) {
            openai::Usage usage;
            usage.add(done->timings);
            writer.end(frames, usage);
        } else {
            writer.piece(frames, std::get<wire::Delta>(*piece).content);
            if (!frames.empty() && !co_await stream.send(frames)) co_return;
            continue;
        }
        if (co_await stream.send(frames)) co_await stream.end();
        co_return;
    }
}

}  // namespace

http::Task<void> AudioService::transcriptions(http::Request& request, http::Response& response) {
    co_await answer(request, openai::SpeechTask::transcribe, response);
}

http::Task<void> AudioService::translations(http::Request& request, http::Response& response) {
    co_await answer(request, openai::SpeechTask::translate, response);
}

http::Task<Result<openai::TranscriptionRequest>> AudioService::read(http::Request& request,
                                                                    openai::SpeechTask task) {
    const auto body = co_await request.read_body(context_.settings.max_body_bytes);
    if (!body) co_return fail(body.error());
    const auto form = http::read_multipart(request.header("Content-Type"), *body);
    if (!form) {
        Error error = form.error();
        error.message.insert(0, "failed to parse multipart form: ");
        co_return fail(std::move(error));
    }
    const auto target = http::split_target(request.target());
    co_return openai::decode_transcription(*form, target->query, task);
}

// A model of our own that takes no sounds is told from its files, before it is loaded.
http::Task<Result<Begun>> AudioService::begin(const openai::TranscriptionRequest& request,
                                              http::Response& response) {
    const auto& model = request.native.model;
    const auto record = co_await answerer_.find(api::ollama::NameRoute::chat, model);
    if (!record) co_return fail(record.error());
    const bool is_deaf = (*record)->can("completion") && !(*record)->can("audio");
    if (!(*record)->config.is_remote() && is_deaf)
        co_return fail(ErrorCode::unsupported, "{} does not support audio", go_quote(model));
    co_return co_await answerer_.begin(request.native, response);
}

http::Task<void> AudioService::answer(http::Request& request, openai::SpeechTask task,
                                      http::Response& response) {
    const auto asked = co_await read(request, task);
    if (!asked) co_return co_await refuse(response, asked.error());
    const auto begun = co_await begin(*asked, response);
    if (!begun) co_return co_await refuse(response, begun.error());
    if (asked->streams()) {
        co_await stream_transcript(*begun->events, response);
    } else {
        co_await send_transcript(*asked, *begun->events, response);
    }
}

}  // namespace corral::serve
