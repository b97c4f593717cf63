#pragma once

// Purpose: finds the manifests of one folder. Written on system calls, since listing a thousand
// models has to be quick.
//
// Symbolic links, in place of folders too, and everything that is no regular file are passed over.

#include <optional>
#include <vector>

#include "store/store.h"

namespace corral::store {

// The manifests below <folder>/manifests, sorted by name.
std::vector<ManifestFile> scan_manifests(const std::filesystem::path& folder, bool read_only);

// One of them; nothing when it is absent.
std::optional<ManifestFile> find_manifest(const std::filesystem::path& folder,
                                          const ModelName& name, bool read_only);

// Whether no link stands in the way to where the manifest of `name` lies or would lie; its folders
// exist.
bool is_confined(const std::filesystem::path& folder, const ModelName& name);

}  // namespace corral::store
