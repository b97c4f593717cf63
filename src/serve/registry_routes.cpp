// /api/pull and /api/push (native-api.md 8.11, 8.12).

#include <memory>
#include <utility>

#include "api/ollama/registry.h"
#include "registry/pull.h"
#include "registry/push.h"
#include "serve/context.h"
#include "serve/ollama_progress.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

namespace ollama = api::ollama;

// Whether the model came with Corral; then it is visible afterwards, also when it had been removed.
Result<bool> restore_built_in(store::Store& store, const store::ModelName& name) {
    CORRAL_TRY(const bool restored, store.restore(name));
    if (restored) return true;
    const auto model = store.find(name);
    return model && model->read_only;
}

constexpr std::size_t kMaxTransfers = 16;

// A transfer keeps a thread for as long as it takes, so it takes none of the server's workers.
struct Transfers {
    explicit Transfers(Context& server)
        : context{server.io, server.settings, server.store, server.pool, workers} {}

    Workers workers{kMaxTransfers};
    Context context;
    registry::SharedDownloads downloads;
};

registry::OnTransfer told_as_progress(const models::OnProgress& tell) {
    return [&tell](const registry::TransferStatus& line) {
        tell({line.status, line.digest, line.total, line.completed});
    };
}

// Whatever went wrong is a 500: native-api.md 8.11, 8.12.
Result<void> as_server_error(Result<void> outcome) {
    if (outcome) return outcome;
    outcome.error().http_status = 500;
    return outcome;
}

registry::Pull pull_of(Transfers& transfers, const ollama::PullRequest& asked) {
    const Settings& settings = transfers.context.settings;
    return {transfers.context.store,
            transfers.downloads,
            asked.name,
            {settings.home / ".ollama", asked.insecure},
            settings.no_prune};
}

http::Task<void> answer_dry_run(std::shared_ptr<Transfers> transfers, ollama::PullRequest asked,
                                http::Response& response) {
    auto plan = co_await transfers->workers.run(
        [&] { return registry::plan_pull(pull_of(*transfers, asked)); });
    if (!plan) {
        plan.error().http_status = 500;
        co_return co_await reply_error(response, plan.error());
    }
    co_await reply_plain(response, ollama::dry_run_body(asked.name, *plan) + "\n");
}

// What came with Corral is made visible; all else comes from its registry.
Result<void> pull(Transfers& transfers, const ollama::PullRequest& asked,
                  const models::OnProgress& tell, const models::IsCancelled& is_cancelled) {
    const Context& context = transfers.context;
    CORRAL_TRY(const bool is_built_in, restore_built_in(context.store, asked.name));
    if (is_built_in) {
        tell({"pulling manifest"});
        tell({"success"});
        return {};
    }
    const registry::Pull pull = pull_of(transfers, asked);
    return as_server_error(registry::pull(pull, told_as_progress(tell), is_cancelled));
}

Result<void> push(Transfers& transfers, const ollama::PushRequest& asked,
                  const models::OnProgress& tell, const models::IsCancelled& is_cancelled) {
    const Context& context = transfers.context;
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
    const registry::Push push{
        context.store, *model, {context.settings.home / ".ollama", asked.insecure}};
    return as_server_error(registry::push(push, told_as_progress(tell), is_cancelled));
}

http::Task<void> answer_pull(std::shared_ptr<Transfers> transfers, http::Request& request,
                             http::Response& response) {
    Context& context = transfers->context;
    const auto body = co_await request.read_body(context.settings.max_body_bytes);
    if (!body) co_return co_await reply_error(response, body.error());
    const auto asked = ollama::decode_pull(*body);
    if (!asked) co_return co_await reply_error(response, asked.error());
    if (asked->dry_run) co_return co_await answer_dry_run(transfers, *asked, response);
    const auto work = [transfers, asked = *asked](const models::OnProgress& tell,
                                                  const models::IsCancelled& is_cancelled) {
        return pull(*transfers, asked, tell, is_cancelled);
    };
    co_await answer_with_progress(context, response, asked->stream, work);
}

http::Task<void> answer_push(std::shared_ptr<Transfers> transfers, http::Request& request,
                             http::Response& response) {
    Context& context = transfers->context;
    const auto body = co_await request.read_body(context.settings.max_body_bytes);
    if (!body) co_return co_await reply_error(response, body.error());
    const auto asked = ollama::decode_push(*body);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto work = [transfers, asked = *asked](const models::OnProgress& tell,
                                                  const models::IsCancelled& is_cancelled) {
        return push(*transfers, asked, tell, is_cancelled);
    };
    co_await answer_with_progress(context, response, asked->stream, work);
}

}  // namespace

void add_registry_routes(http::Router& router, Context& context) {
    const auto transfers = std::make_shared<Transfers>(context);
    router.add("POST", "/api/pull", [transfers](http::Request& request, http::Response& response) {
        return answer_pull(transfers, request, response);
    });
    router.add("POST", "/api/push", [transfers](http::Request& request, http::Response& response) {
        return answer_push(transfers, request, response);
    });
}

}  // namespace corral::serve
