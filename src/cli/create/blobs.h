#pragma once

// Purpose: brings local files onto the server as blobs. Source: cli.md 7.2, quirks Q14 and Q15.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/term/progress.h"
#include "store/share_file.h"

namespace corral::cli {

struct LocalBlob {
    std::filesystem::path file;
    std::string digest;  // "sha256:<hex>"
    std::int64_t size_bytes = 0;
    store::FileStamp stamp = {};  // from before it was hashed; none when the file was just written
};

// Hashes the files, several at a time. Errors: io.
[[nodiscard]] Result<std::vector<LocalBlob>> hash_files(
    const std::vector<std::filesystem::path>& files);

// Brings the file to the server unless it has it: into the model folder `local_models` without a
// copy where that is possible and the server turns out to use that folder, else by sending it. A
// line in `progress` says how far it is. An empty `local_models`: the server is not on this
// machine.
[[nodiscard]] Result<void> ensure_blob(const ApiClient& api, const LocalBlob& blob,
                                       const std::filesystem::path& local_models,
                                       Progress& progress);

// "copying file sha256:… 42%"; an empty file is done from the start.
std::string copying_text(const std::string& digest, std::int64_t sent, std::int64_t total);

}  // namespace corral::cli
