#pragma once

// Purpose: brings local files onto the server as blobs. Source: cli.md 7.2, quirks Q14 and Q15.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/term/progress.h"

namespace corral::cli {

struct LocalBlob {
    std::filesystem::path file;
    std::string digest;  // "sha256:<hex>"
    std::int64_t size_bytes = 0;
};

// Hashes the files, several at a time. Errors: io.
[[nodiscard]] Result<std::vector<LocalBlob>> hash_files(
    const std::vector<std::filesystem::path>& files);

// Sends the file unless the server has it; a line in `progress` says how far it is.
[[nodiscard]] Result<void> ensure_blob(const ApiClient& api, const LocalBlob& blob,
                                       Progress& progress);

// "copying file sha256:… 42%"; an empty file is done from the start.
std::string copying_text(const std::string& digest, std::int64_t sent, std::int64_t total);

}  // namespace corral::cli
