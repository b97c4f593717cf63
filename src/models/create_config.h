#pragma once

// Purpose: the config of a created model, from its base, its weights and the request.
//
// Source: modelfile-create-templates.md 3.2 (info) and 3.4.

#include "models/config.h"
#include "models/create_layers.h"

namespace corral::models {

[[nodiscard]] Result<ModelConfig> make_config(const CreateRequest& request, const BaseModel& base);

}  // namespace corral::models
