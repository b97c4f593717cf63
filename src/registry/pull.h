#pragma once

// Purpose: bring a model from a registry into the store.
//
// `on_progress` gets upstream's lines in upstream's order, from `pulling manifest` to `success`.
// Nothing of the store changes before all blobs are there and checked; what an interrupted pull had
// fetched is used by the next one. Pulls of the same blob at a time
// share one download. Blocks.
// Errors: those of Session and Download, `pull model manifest: …`. Source: storage-registry.md 11.

#include <functional>
#include <string>

#include "registry/shared_downloads.h"

namespace corral::registry {

// One line; what is zero or empty is left out.
struct TransferStatus {
    std::string status;
    std::string digest;
    std::int64_t total = 0;
    std::int64_t completed = 0;
};
using OnTransfer = std::function<void(const TransferStatus& status)>;

struct Pull {
    store::Store& store;
    SharedDownloads& downloads;
    store::ModelName name;
    Access access;
    bool no_prune = false;
};
[[nodiscard]] Result<void> pull(const Pull& pull, const OnTransfer& on_progress,
                                const IsCancelled& is_cancelled);

// What a pull would fetch; nothing is fetched but the manifest.
struct PullPlan {
    struct Blob {
        store::Digest digest;
        std::int64_t size_bytes = 0;
        bool is_present = false;
    };
    std::string manifest_digest_hex;
    std::vector<Blob> blobs;  // as pull() takes them: each once, the config last

    std::int64_t total_bytes() const;
    std::int64_t fetch_bytes() const;  // of those that are not present
};
[[nodiscard]] Result<PullPlan> plan_pull(const Pull& pull);
// Of a model that is here and has no registry.
PullPlan plan_of_present(const store::StoredModel& model);

}  // namespace corral::registry
