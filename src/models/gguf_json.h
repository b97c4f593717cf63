#pragma once

// Purpose: GGUF metadata and tensors in the form show prints them.
//
// Source: native-api.md 8.4 (model_info).

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "gguf/gguf.h"
#include "models/show.h"

namespace corral::models {

// Keys sorted, without general.name and tokenizer.chat_template, with general.parameter_count.
// Arrays are null ([] when empty) unless `with_arrays`, which needs a file read in full.
nlohmann::ordered_json gguf_info_json(const gguf::File& file, bool with_arrays);

std::vector<TensorEntry> tensor_entries(const gguf::File& file);

}  // namespace corral::models
