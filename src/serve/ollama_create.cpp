#include <memory>
#include <utility>

#include "api/ollama/manage.h"
#include "models/create.h"
#include "serve/ollama_progress.h"
#include "serve/ollama_service.h"
#include "serve/reply.h"

namespace corral::serve {

namespace ollama = api::ollama;

http::Task<void> OllamaService::create(http::Request& request, http::Response& response) {
    auto asked = co_await read(request, ollama::decode_create);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto checked = models::check_create(asked->create);
    if (!checked) co_return co_await reply_error(response, checked.error());
    const auto work = [this, create = std::move(asked->create)](
                          const models::OnProgress& tell, const models::IsCancelled& is_cancelled) {
        models::CreateContext context{
            context_.store, tell, is_cancelled, {}, context_.settings.no_prune};
        return models::create(create, context);
    };
    co_await answer_with_progress(context_, response, asked->streams, work);
}

}  // namespace corral::serve
