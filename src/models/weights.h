#pragma once

// Purpose: the facts about a model that its GGUF header tells.
//
// Source: storage-registry.md 7.1, modelfile-create-templates.md 4 and 8.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "gguf/gguf.h"
#include "models/resolve.h"

namespace corral::models {

[[nodiscard]] Result<WeightsInfo> read_weights(const std::filesystem::path& gguf_path);
WeightsInfo weights_of(const gguf::File& file);

// general.file_type as text. Upstream counts 0 (F32) as unset everywhere but in the model list.
enum class ZeroFileType { unknown, f32 };
std::string file_type_text(const gguf::File& file, ZeroFileType zero);

}  // namespace corral::models
