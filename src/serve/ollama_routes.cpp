#include <memory>
#include <string>
#include <utility>

#include "serve/context.h"
#include "serve/ollama_service.h"

namespace corral::serve {

void add_ollama_routes(http::Router& router, Context& context, Answerer& answerer) {
    using http::Request;
    using http::Response;
    const auto service = std::make_shared<OllamaService>(context, answerer);
    const auto listing = [service](Request&, Response& response) {
        return service->tags(response);
    };
    router.add("HEAD", "/api/tags", listing);
    router.add("GET", "/api/tags", listing);
    router.add("GET", "/api/ps",
               [service](Request&, Response& response) { return service->ps(response); });

    using Method = http::Task<void> (OllamaService::*)(Request&, Response&);
    const auto add = [&](std::string_view method, std::string_view path, Method handler) {
        router.add(method, path, [service, handler](Request& request, Response& response) {
            return (*service.*handler)(request, response);
        });
    };
    add("POST", "/api/show", &OllamaService::show);
    add("DELETE", "/api/delete", &OllamaService::remove);
    add("POST", "/api/create", &OllamaService::create);
    add("POST", "/api/copy", &OllamaService::copy);
    add("POST", "/api/generate", &OllamaService::generate);
    add("POST", "/api/chat", &OllamaService::chat);
    add("POST", "/api/embed", &OllamaService::embed);
    add("POST", "/api/embeddings", &OllamaService::embeddings);
    for (const std::string prefix : {"/api", "/v1", ""}) {
        add("POST", prefix + "/tokenize", &OllamaService::tokenize);
        add("POST", prefix + "/detokenize", &OllamaService::detokenize);
    }
    for (const auto path :
         {"/api/rerank", "/v1/rerank", "/v1/reranking", "/rerank", "/reranking"}) {
        add("POST", path, &OllamaService::rerank);
    }
}

}  // namespace corral::serve
