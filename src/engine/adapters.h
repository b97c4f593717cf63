#pragma once

// Purpose: LoRA adapters: small changes to a model's weights that are applied whenever it computes.
//
// All adapters of a model are active for every request, at full strength (scheduler-runtime.md
// 13.4). They are read before the context is made, so that the context plans for the work they add.
//
// Errors: not_found; corrupt, also when the adapter was made for another model. Messages name the
// reason llama.cpp gives.

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/log_capture.h"
#include "llama-cpp.h"

namespace corral::engine {

using Adapters = std::vector<llama_adapter_lora_ptr>;

[[nodiscard]] Result<Adapters> read_adapters(const std::vector<std::string>& paths,
                                             llama_model* weights, LogCapture& log);

[[nodiscard]] Result<void> apply_adapters(const Adapters& adapters, llama_context* context);

}  // namespace corral::engine
