#include <memory>
#include <utility>

#include "api/ollama/embed.h"
#include "serve/ollama_service.h"
#include "serve/reply.h"

namespace corral::serve {

namespace ollama = api::ollama;

namespace {

// A model that runs elsewhere is refused before its input is looked at.
bool names_cloud(const std::string& model) {
    const auto sourced = ollama::split_source(model);
    return sourced && sourced->source == ollama::Source::cloud;
}

}  // namespace

http::Task<void> OllamaService::embed(http::Request& request, http::Response& response) {
    const auto started = Clock::now();
    auto asked = co_await read(request, ollama::decode_embed);
    if (!asked) co_return co_await reply_error(response, asked.error());
    co_await answer_embed(std::move(*asked), started, response);
}

http::Task<void> OllamaService::embeddings(http::Request& request, http::Response& response) {
    const auto started = Clock::now();
    auto asked = co_await read(request, ollama::decode_embeddings);
    if (!asked) co_return co_await reply_error(response, asked.error());
    co_await answer_embed(std::move(*asked), started, response);
}

http::Task<void> OllamaService::answer_embed(ollama::EmbedRequest request,
                                             Clock::time_point started, http::Response& response) {
    if (request.bad_input && !names_cloud(request.model)) {
        co_return co_await reply_error(response, *request.bad_input);
    }
    const auto begun = co_await answerer_.begin(request, response);
    if (!begun) co_return co_await reply_error(response, begun.error());
    if (!begun->events) {
        std::string body;
        ollama::append_embed_answer(body, request, nullptr, {});
        co_return co_await reply_json(response, 200, std::move(body));
    }
    const auto event = co_await begun->events->next();
    if (const auto* failed = std::get_if<wire::Failed>(&event)) {
        co_return co_await reply_error(
            response, ollama::embed_failure_status(request.route, *failed), failed->message);
    }
    const auto& embedded = std::get<wire::Embedded>(event);
    // Millions of numbers would hold up everybody else on this thread.
    auto body = co_await context_.workers.run([&] {
        std::string text;
        ollama::append_embed_answer(text, request, &embedded,
                                    {Clock::now() - started, begun->load_time});
        return text;
    });
    co_await reply_json(response, 200, std::move(body));
}

}  // namespace corral::serve
