#include <memory>
#include <utility>

#include "api/ollama/manage.h"
#include "models/create.h"
#include "serve/ollama_progress.h"
#include "serve/ollama_service.h"
#include "serve/reply.h"
#include "serve/transfers.h"

namespace corral::serve {

namespace ollama = api::ollama;

http::Task<void> OllamaService::create(http::Request& request, http::Response& response) {
    auto asked = co_await read(request, ollama::decode_create);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto checked = models::check_create(asked->create);
    if (!checked) co_return co_await reply_error(response, checked.error());
    // A base model that is not here yet comes from its registry; that may take long.
    Workers& workers = asked->create.from.empty() ? context_.workers : context_.transfers.workers;
    const auto work = [this, create = std::move(asked->create), insecure = asked->insecure](
                          const models::OnProgress& tell, const models::IsCancelled& is_cancelled) {
        const auto pull = [&](const store::ModelName& name, const models::OnProgress& tell_pull) {
            api::ollama::PullRequest base;
            base.name = name;
            base.insecure = insecure;
            return pull_model(context_, base, tell_pull, is_cancelled);
        };
        const models::CreateContext context{context_.store, tell, is_cancelled, pull,
                                            context_.settings.no_prune};
        return models::create(create, context);
    };
    co_await answer_with_progress(context_.io, workers, response, asked->streams, work);
}

}  // namespace corral::serve
