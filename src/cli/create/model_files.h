#pragma once

// Purpose: which local files a FROM, ADAPTER or DRAFT line of a Modelfile means.
// Source: modelfile-create-templates.md 2, cli.md 7.2.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::cli {

// `text` as a path: absolute as it is, "~" and "~user" expanded, else relative to `folder`.
std::filesystem::path expand_path(std::string_view text, const std::filesystem::path& folder,
                                  const std::filesystem::path& home);

// The file itself, or the model files of a folder: the first kind that is there (safetensors,
// torch, GGUF) and the JSON and tokenizer files beside them. In order of their names; links are
// resolved. Errors: invalid, `no Modelfile or safetensors files found`, `insecure path: <rel>` for
// a link that leaves the folder; io.
[[nodiscard]] Result<std::vector<std::filesystem::path>> model_files(
    const std::filesystem::path& path);

// What the files are called on the server: a single one by its base name, several by their path
// below the deepest folder they share.
std::vector<std::string> names_on_server(const std::vector<std::filesystem::path>& files);

}  // namespace corral::cli
