#pragma once

// Purpose: send a model of the store to a registry.
//
// Blobs go one after the other, in parts; what the registry has already, or can take from another
// of its repositories, is not sent. The manifest goes last, so that nobody sees half a model.
// Blocks. Errors: those of Session, io, `max retries exceeded: …`. Source: storage-registry.md 12.

#include "registry/pull.h"

namespace corral::registry {

struct Push {
    const store::Store& store;
    store::StoredModel model;
    Access access;
};
// Tells what follows `retrieving manifest`, to `success`.
[[nodiscard]] Result<void> push(const Push& push, const OnTransfer& on_progress,
                                const IsCancelled& is_cancelled);

}  // namespace corral::registry
