#pragma once

// Purpose: the bodies of the routes that manage models: show, copy, delete, create.
//
// `name` stands in for an empty `model` where upstream allows it.
// Source: native-api.md 8.4, 8.8, 8.9, 8.10.

#include <string>
#include <string_view>

#include "base/result.h"
#include "models/create.h"
#include "models/show.h"
#include "store/name.h"

namespace corral::api::ollama {

struct ShowRequest {
    std::string model;
    models::ShowOptions options;
};

struct CopyRequest {
    std::string source;
    std::string destination;
};

struct CreateRequest {
    models::CreateRequest create;
    bool streams = true;
    bool insecure = false;  // a base model comes over plain http; Corral's own
};

[[nodiscard]] Result<ShowRequest> decode_show(std::string_view body);
[[nodiscard]] Result<CopyRequest> decode_copy(std::string_view body);
// The model's name.
[[nodiscard]] Result<std::string> decode_delete(std::string_view body);
[[nodiscard]] Result<CreateRequest> decode_create(std::string_view body);

struct CopyNames {
    store::ModelName source;
    store::ModelName destination;
};
[[nodiscard]] Result<CopyNames> parse_copy(const CopyRequest& request);

}  // namespace corral::api::ollama
