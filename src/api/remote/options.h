#pragma once

// Purpose: the options that a model and a request set, as they are passed on to a remote.
//
// Source: native-api.md 9.3, step 4.

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::api::remote {

// The request's options, with the model's where it is silent or says null: a JSON object, or empty
// when nobody sets any.
[[nodiscard]] Result<std::string> filled_options(std::string_view model_json,
                                                 std::string_view request_json);

}  // namespace corral::api::remote
