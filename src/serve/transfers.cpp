#include "serve/transfers.h"

#include <utility>

namespace corral::serve {

namespace {

// Of the installed model of that name, in whatever letter case it was asked for.
registry::Pull pull_of(Context& context, const api::ollama::PullRequest& asked) {
    return {context.store, context.transfers.downloads, context.store.canonical(asked.name),
            access_of(context.settings, asked.insecure), context.settings.no_prune};
}

}  // namespace

registry::Access access_of(const Settings& settings, bool insecure) {
    registry::Network network;
    network.patience = std::chrono::ceil<std::chrono::milliseconds>(settings.registry_patience);
    return {settings.home / ".ollama", insecure, settings.registries, network};
}

registry::OnTransfer told_as_progress(const models::OnProgress& tell) {
    return [&tell](const registry::TransferStatus& line) {
        tell({line.status, line.digest, line.total, line.completed});
    };
}

Result<void> as_server_error(Result<void> outcome) {
    if (outcome) return outcome;
    outcome.error().http_status = 500;
    return outcome;
}

Result<void> pull_model(Context& context, const api::ollama::PullRequest& asked,
                        const models::OnProgress& tell, const models::IsCancelled& is_cancelled) {
    const registry::Pull pull = pull_of(context, asked);
    if (!context.store.find_built_in(pull.name)) {
        return as_server_error(registry::pull(pull, told_as_progress(tell), is_cancelled));
    }
    CORRAL_CHECK(context.store.restore(pull.name));
    tell({"pulling manifest"});
    tell({"success"});
    return {};
}

Result<registry::PullPlan> plan_pull_model(Context& context,
                                           const api::ollama::PullRequest& asked) {
    const registry::Pull pull = pull_of(context, asked);
    const auto built_in = context.store.find_built_in(pull.name);
    return built_in ? registry::plan_of_present(*built_in) : registry::plan_pull(pull);
}

}  // namespace corral::serve
