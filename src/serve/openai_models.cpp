// POST /v1/embeddings, GET /v1/models, GET /v1/models/{model} (openai-anthropic-api.md 6 and 7).

#include "api/openai/models.h"

#include "api/anthropic/errors.h"
#include "api/ollama/errors.h"
#include "api/openai/embeddings.h"
#include "serve/openai_service.h"
#include "serve/reply.h"
#include "serve/v1_manners.h"

namespace corral::serve {

namespace openai = api::openai;

http::Task<void> OpenAiService::embeddings(http::Request& request, http::Response& response) {
    const auto takes =
        context_.settings.embed_tokens ? openai::TokenInput::taken : openai::TokenInput::refused;
    const auto decode = [takes](std::string_view body) {
        return openai::decode_embeddings(body, takes);
    };
    const auto asked = co_await read(request, decode);
    if (!asked) co_return co_await refuse(response, asked.error());
    const auto begun = co_await answerer_.begin(asked->native, response);
    if (!begun) co_return co_await refuse(response, begun.error());
    const auto event = co_await begun->events->next();
    if (const auto* failed = std::get_if<wire::Failed>(&event)) {
        // Not as a temporary: GCC 12 destroys aggregates in a co_await expression twice.
        const Error error{failed->code,
                          failed->message,
                          {},
                          api::ollama::embed_failure_status(asked->native.route, *failed)};
        co_return co_await refuse(response, error);
    }
    const auto& embedded = std::get<wire::Embedded>(event);
    // Millions of numbers would hold up everybody else on this thread.
    auto body =
        co_await context_.workers.run([&] { return openai::embeddings_body(*asked, embedded); });
    co_await reply_plain(response, std::move(body));
}

http::Task<void> OpenAiService::models(http::Request& request, http::Response& response) {
    const bool is_anthropic = speaks_anthropic(request);
    auto body = co_await context_.workers.run([this, is_anthropic] {
        const auto entries = answerer_.catalog().list();
        return is_anthropic ? openai::anthropic_models_body(*entries)
                            : openai::models_body(*entries);
    });
    co_await reply_plain(response, std::move(body));
}

http::Task<void> OpenAiService::model(http::Request& request, http::Response& response) {
    std::string id;
    for (const auto* part : {"host", "namespace", "model"}) {
        const auto value = request.parameters.find(part);
        if (value == request.parameters.end()) continue;
        if (!id.empty()) id += '/';
        id += value->second;
    }
    const auto record = co_await answerer_.find(api::ollama::NameRoute::show, id);
    if (speaks_anthropic(request)) {
        if (record)
            co_return co_await reply_plain(response, openai::anthropic_model_body(id, **record));
        const int status = api::ollama::http_status(record.error());
        auto body =
            api::anthropic::error_body(status, record.error().message, name_exchange(response));
        (void)co_await response.send(status, kPlainJsonType, std::move(body));
        co_return;
    }
    if (!record) co_return co_await refuse(response, record.error());
    co_await reply_plain(response, openai::model_body(id, **record));
}

}  // namespace corral::serve
