#pragma once

// Purpose: where the bytes of a blob come from: the first place on another host that the registry
// sends us to, or the registry itself.
//
// What is tried again until our patience with the registry ends: requests that fail, and refusals;
// then the error is `context deadline exceeded`, and the log says what was wrong. Errors at once:
// `unexpected status code <n>`, `http: no Location header in response`, `maximum redirects exceeded
// (10) for directURL`, those of Session::check_redirect, cancelled. Blocks.
// Source: storage-registry.md 11.3.

#include <string>

#include "registry/session.h"

namespace corral::registry {

[[nodiscard]] Result<std::string> find_direct_url(const Session& session,
                                                  const IsCancelled& is_cancelled,
                                                  const store::Digest& digest);

}  // namespace corral::registry
