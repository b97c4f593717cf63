#pragma once

// Purpose: the bodies of POST /api/pull and /api/push.
//
// `name` stands in for an empty `model`; credentials are ignored. A pull of a cloud model names its
// stub, as delete does. Of a push only an empty name is refused here: whether it can be one is told
// in the stream. Source: native-api.md 4.3, 4.5, 8.11, 8.12, 12.33.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/pull.h"
#include "store/name.h"

namespace corral::api::ollama {

struct PullRequest {
    store::ModelName name;
    bool stream = true;
    bool insecure = false;  // plain http
    bool dry_run = false;   // only tell what would be fetched; Corral's own
};
[[nodiscard]] Result<PullRequest> decode_pull(std::string_view body);

// The answer to a dry run: one object, with every layer.
std::string dry_run_body(const store::ModelName& name, const registry::PullPlan& plan);

struct PushRequest {
    std::string model;  // as sent
    bool stream = true;
    bool insecure = false;  // plain http
};
[[nodiscard]] Result<PushRequest> decode_push(std::string_view body);

}  // namespace corral::api::ollama
