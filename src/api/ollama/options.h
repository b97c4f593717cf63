#pragma once

// Purpose: options from their three sources: upstream's defaults, the model's parameters, the
// request.
//
// Unknown keys are ignored, null keeps the lower layer's value, integers given as fractions are cut
// toward zero (and to what 64 bits hold). Errors have status 500: `option "num_ctx" must be of type
// integer`. Source: native-api.md 5.5, scheduler-runtime.md 2.

#include <string_view>

#include "base/result.h"
#include "wire/options.h"

namespace corral::api::ollama {

struct MergedOptions {
    wire::Options options;
    // Set by the model or the request.
    bool has_num_ctx = false;
    bool has_num_batch = false;
    bool has_draft_num_predict = false;
};

// Both texts are JSON objects, or empty.
[[nodiscard]] Result<MergedOptions> merge_options(std::string_view model_json,
                                                  std::string_view request_json);

}  // namespace corral::api::ollama
