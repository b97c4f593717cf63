#include <memory>

#include "serve/context.h"
#include "serve/openai_audio.h"
#include "serve/openai_responses.h"
#include "serve/openai_service.h"

namespace corral::serve {

namespace {

void add_responses(http::Router& router, Context& context, Answerer& answerer) {
    const auto service = std::make_shared<ResponsesService>(context, answerer);
    using Method = http::Task<void> (ResponsesService::*)(http::Request&, http::Response&);
    const auto add = [&](std::string_view method, std::string_view path, Method handler) {
        router.add(method, path,
                   [service, handler](http::Request& request, http::Response& response) {
                       return (*service.*handler)(request, response);
                   });
    };
    add("POST", "/v1/responses", &ResponsesService::create);
    add("POST", "/v1/responses/input_tokens", &ResponsesService::count_input);
    add("GET", "/v1/responses/:id", &ResponsesService::show);
    add("DELETE", "/v1/responses/:id", &ResponsesService::remove);
    add("POST", "/v1/responses/:id/cancel", &ResponsesService::cancel);
    add("GET", "/v1/responses/:id/input_items", &ResponsesService::input_items);
}

void add_audio(http::Router& router, Context& context, Answerer& answerer) {
    const auto service = std::make_shared<AudioService>(context, answerer);
    router.add("POST", "/v1/audio/transcriptions", [service](auto& request, auto& response) {
        return service->transcriptions(request, response);
    });
    router.add("POST", "/v1/audio/translations", [service](auto& request, auto& response) {
        return service->translations(request, response);
    });
}

}  // namespace

void add_openai_routes(http::Router& router, Context& context, Answerer& answerer) {
    const auto service = std::make_shared<OpenAiService>(context, answerer);
    using Method = http::Task<void> (OpenAiService::*)(http::Request&, http::Response&);
    const auto add = [&](std::string_view method, std::string_view path, Method handler) {
        router.add(method, path,
                   [service, handler](http::Request& request, http::Response& response) {
                       return (*service.*handler)(request, response);
                   });
    };
    add_responses(router, context, answerer);
    add_audio(router, context, answerer);
    add("POST", "/v1/chat/completions", &OpenAiService::chat);
    add("POST", "/v1/completions", &OpenAiService::completions);
    add("POST", "/v1/embeddings", &OpenAiService::embeddings);
    add("GET", "/v1/models", &OpenAiService::models);
    for (const auto path : {"/v1/models/:model", "/v1/models/:namespace/:model",
                            "/v1/models/:host/:namespace/:model"}) {
        add("GET", path, &OpenAiService::model);
    }
}

}  // namespace corral::serve
