#pragma once

// Purpose: where a created model's weights come from: uploaded GGUF blobs, or the layers of an
// installed model.
//
// Source: modelfile-create-templates.md 3.2 and 3.3.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/create.h"
#include "models/weights.h"

namespace corral::models {

// What the client has to change; answered with status 400.
inline Error bad_request(std::string message) {
    return Error{ErrorCode::invalid, std::move(message), {}, 400};
}

struct SourceLayer {
    store::Layer layer;
    std::optional<WeightsInfo> weights;  // of GGUF models and projectors
    bool is_new = false;  // the status line says "creating" instead of "using existing"
};

struct BaseModel {
    std::vector<SourceLayer> layers;
    std::optional<ModelConfig> config;  // of the base model when there is one
};

// `parsing GGUF` and the checks, file by file in order of their names. Blobs of layers are added to
// `hold`, here and below.
[[nodiscard]] Result<BaseModel> layers_from_files(const CreateRequest& request,
                                                  const CreateContext& context,
                                                  store::BlobHold& hold);

// Brings the base model in when it is missing and `context` can pull.
[[nodiscard]] Result<BaseModel> layers_from_model(const CreateRequest& request,
                                                  const CreateContext& context,
                                                  store::BlobHold& hold);

// Whether the base runs on another server: it has no layers here (remote.h).
bool is_remote_base(const CreateRequest& request);
[[nodiscard]] Result<BaseModel> remote_base(const CreateRequest& request);

// Adds the uploaded LoRA adapter, if there is one, behind the layers of the base. Every complaint
// is a bad_request.
[[nodiscard]] Result<void> add_adapters(BaseModel& base, const CreateRequest& request,
                                        const CreateContext& context, store::BlobHold& hold);

}  // namespace corral::models
