#pragma once

// Purpose: the body of POST /api/pull, and the status objects of its answer.
//
// Source: native-api.md 4.5, 8.11, 12.33.

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/name.h"

namespace corral::api::ollama {

struct PullRequest {
    store::ModelName name;
    bool stream = true;
};

[[nodiscard]] Result<PullRequest> decode_pull(std::string_view body);

// `{"status":"…"}`, without a newline.
std::string status_body(std::string_view status);

}  // namespace corral::api::ollama
