#pragma once

// Purpose: what pulls, pushes and creates that pull share: threads of their own, and downloads.
//
// A transfer keeps a thread for as long as it takes, so it takes none of the server's workers.

#include "api/ollama/registry.h"
#include "models/create.h"
#include "registry/pull.h"
#include "serve/context.h"

namespace corral::serve {

struct Transfers {
    Workers workers{16};
    registry::SharedDownloads downloads;
};

// Whom the user's key and settings let us talk to.
registry::Access access_of(const Settings& settings, bool insecure);

registry::OnTransfer told_as_progress(const models::OnProgress& tell);

// Whatever went wrong with a transfer is a 500: native-api.md 8.11, 8.12.
[[nodiscard]] Result<void> as_server_error(Result<void> outcome);

// Makes visible what came with Corral; fetches all else from its registry. Blocks.
[[nodiscard]] Result<void> pull_model(Context& context, const api::ollama::PullRequest& asked,
                                      const models::OnProgress& tell,
                                      const models::IsCancelled& is_cancelled);
// What pull_model() would fetch. Blocks.
[[nodiscard]] Result<registry::PullPlan> plan_pull_model(Context& context,
                                                         const api::ollama::PullRequest& asked);

}  // namespace corral::serve
