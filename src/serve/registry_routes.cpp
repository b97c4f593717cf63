// /api/pull and /api/push (native-api.md 8.11, 8.12).

#include <utility>

#include "api/ollama/registry.h"
#include "registry/push.h"
#include "serve/context.h"
#include "serve/ollama_progress.h"
#include "serve/reply.h"
#include "serve/transfers.h"

namespace corral::serve {

namespace {

namespace ollama = api::ollama;

http::Task<void> answer_dry_run(Context& context, ollama::PullRequest asked,
                                http::Response& response) {
    auto plan =
        co_await context.transfers.workers.run([&] { return plan_pull_model(context, asked); });
    if (!plan) {
        plan.error().http_status = 500;
        co_return co_await reply_error(response, plan.error());
    }
    co_await reply_plain(response, ollama::dry_run_body(asked.name, *plan) + "\n");
}

Result<void> push(Context& context, const ollama::PushRequest& asked,
                  const models::OnProgress& tell, const models::IsCancelled& is_cancelled) {
    tell({"retrieving manifest"});
    const auto name = store::ModelName::parse(asked.model);
    const auto model = name ? context.store.find(context.store.canonical(*name))
                            : fail(ErrorCode::invalid, "unqualified name: {}", asked.model);
    if (!model) {
        tell({"couldn't retrieve manifest"});
        Error error = model.error();
        const auto path = name ? context.settings.models / "manifests" / name->manifest_path() : "";
        if (error.code == ErrorCode::not_found) {
            error.message = fmt::format("open {}: no such file or directory", path.string());
        }
        return as_server_error(fail(std::move(error)));
    }
    const registry::Push push{context.store, *model, access_of(context.settings, asked.insecure)};
    return as_server_error(registry::push(push, told_as_progress(tell), is_cancelled));
}

http::Task<void> answer_pull(Context& context, http::Request& request, http::Response& response) {
    const auto body = co_await request.read_body(context.settings.max_body_bytes);
    if (!body) co_return co_await reply_error(response, body.error());
    const auto asked = ollama::decode_pull(*body);
    if (!asked) co_return co_await reply_error(response, asked.error());
    if (asked->dry_run) co_return co_await answer_dry_run(context, *asked, response);
    const auto work = [&context, asked = *asked](const models::OnProgress& tell,
                                                 const models::IsCancelled& is_cancelled) {
        return pull_model(context, asked, tell, is_cancelled);
    };
    co_await answer_with_progress(context.io, context.transfers.workers, response, asked->stream,
                                  work);
}

http::Task<void> answer_push(Context& context, http::Request& request, http::Response& response) {
    const auto body = co_await request.read_body(context.settings.max_body_bytes);
    if (!body) co_return co_await reply_error(response, body.error());
    const auto asked = ollama::decode_push(*body);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto work = [&context, asked = *asked](const models::OnProgress& tell,
                                                 const models::IsCancelled& is_cancelled) {
        return push(context, asked, tell, is_cancelled);
    };
    co_await answer_with_progress(context.io, context.transfers.workers, response, asked->stream,
                                  work);
}

}  // namespace

void add_registry_routes(http::Router& router, Context& context) {
    router.add("POST", "/api/pull", [&context](http::Request& request, http::Response& response) {
        return answer_pull(context, request, response);
    });
    router.add("POST", "/api/push", [&context](http::Request& request, http::Response& response) {
        return answer_push(context, request, response);
    });
}

}  // namespace corral::serve
