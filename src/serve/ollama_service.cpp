#include "serve/ollama_service.h"

namespace corral::serve {

namespace ollama = api::ollama;

OllamaService::OllamaService(Context& context) : context_(context), catalog_(context.store) {}

http::Task<Result<Record>> OllamaService::find(ollama::NameRoute route, std::string as_sent) {
    const auto requested = ollama::parse_model(route, as_sent);
    if (!requested) co_return fail(requested.error());
    if (requested->source == ollama::Source::cloud) co_return fail(ollama::cloud_disabled(route));
    auto record = co_await context_.workers.run(
        [this, &requested] { return catalog_.find(requested->name); });
    const bool is_hidden_stub =
        record && requested->source == ollama::Source::local && (*record)->config.is_remote();
    if (is_hidden_stub || (!record && record.error().code == ErrorCode::not_found)) {
        co_return fail(ollama::not_installed(route, as_sent, requested->name));
    }
    co_return record;
}

}  // namespace corral::serve
