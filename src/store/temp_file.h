#pragma once

// Purpose: a file under construction in the blobs folder, which takes its place in one step or
// leaves no trace.
//
// Named like upstream's (sha256-<digits>), so that either program's start-up housekeeping removes
// what a crash left. Errors: io, with the path and the cause (`write /m/blobs/sha256-123: No space
// left on device`).

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace corral::store {

class TempFile {
public:
    // `mode` is subject to the umask.
    [[nodiscard]] static Result<TempFile> create(const std::filesystem::path& folder, mode_t mode);
    TempFile(TempFile&& other) noexcept;
    TempFile& operator=(TempFile&&) = delete;
    ~TempFile();  // removes the file unless it was renamed

    [[nodiscard]] Result<void> write(std::string_view bytes);
    // Makes it share the content of an open file; false when the file system cannot.
    [[nodiscard]] bool clone_from(int fd);
    [[nodiscard]] Result<void> set_mode(mode_t mode);
    // Syncs the content, renames over `target`, syncs the target's folder.
    [[nodiscard]] Result<void> rename_to(const std::filesystem::path& target);

private:
    TempFile(UniqueFd fd, std::filesystem::path path);
    UniqueFd fd_;
    std::filesystem::path path_;  // empty once renamed
};

}  // namespace corral::store
