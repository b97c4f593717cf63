#include "serve/ollama_service.h"

#include "api/ollama/prompts.h"
#include "base/log.h"

namespace corral::serve {

namespace ollama = api::ollama;

OllamaService::OllamaService(Context& context) : context_(context), catalog_(context.store) {}

http::Task<Result<Record>> OllamaService::find(ollama::NameRoute route, std::string as_sent) {
    const auto requested = ollama::parse_model(route, as_sent);
    if (!requested) co_return fail(requested.error());
    if (requested->source == ollama::Source::cloud) co_return fail(ollama::cloud_disabled(route));
    bool has_manifest = false;
    auto record = co_await context_.workers.run([&] {
        auto found = catalog_.find(requested->name);
        const auto& store = context_.store;
        has_manifest = found || store.find(store.canonical(requested->name)).has_value();
        return found;
    });
    const bool is_hidden_stub =
        record && requested->source == ollama::Source::local && (*record)->config.is_remote();
    const bool is_absent = !record && record.error().code == ErrorCode::not_found;
    if (is_absent && has_manifest && route != ollama::NameRoute::show) {
        co_return fail(ollama::incomplete(as_sent));
    }
    if (is_absent || is_hidden_stub) {
        co_return fail(ollama::not_installed(route, as_sent, requested->name));
    }
    co_return record;
}

void OllamaService::note_template(const models::ModelRecord& record) {
    const bool passed_over =
        record.go_template && ollama::template_kind(record) == ollama::TemplateKind::file;
    if (!passed_over || !noted_templates_.insert(record.digest).second) return;
    log_warn("the chat template of the model file is used, not the model's Go template",
             {{"model", record.name.short_form()}});
}

}  // namespace corral::serve
