#pragma once

// Purpose: files that become blobs, and blobs that become files, without being copied where the
// file system can.
//
// - A reflink (Btrfs, XFS, bcachefs, …) shares the data until one side is written to, then each has
//   its own. It is always safe.
// - A hard link is one file with two names: who edits one edits both. It is used only for files
//   that nobody may write to (no write bit in the mode) and nobody has open for writing; a blob is
//   made read-only before it is given out so. Files of the user's are never changed.
// - Everything else is copied.
//
// Threads: any.

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/result.h"
#include "store/name.h"

namespace corral::store {

enum class Sharing { reflink, hard_link, copy };

// What tells whether a file has changed. Two equal stamps with time to settle in between saw the
// same content.
struct FileStamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size_bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;

    // Nothing when it is not a regular file.
    static std::optional<FileStamp> of(int fd);
    // Whether the last change lies further back than the clock of the file system is coarse, so
    // that a further one would show.
    bool is_settled() const;
    bool operator==(const FileStamp&) const = default;
};

// Makes <models>/blobs/sha256-… of `file` by reflink or hard link. `stamp` was taken before the
// file was read to compute `digest`. Nothing when neither is possible or safe, when the file has
// changed since, when the folder is somebody else's, or when there is such a blob already.
std::optional<Sharing> take_as_blob(const std::filesystem::path& file, const FileStamp& stamp,
                                    const std::filesystem::path& models, const Digest& digest);

// Called while a file is copied.
using OnCopied = std::function<void(std::int64_t done_bytes, std::int64_t total_bytes)>;

// Makes `target`, which must not exist, of a blob; `only_copy` wants a file of its own. On failure
// there is no target. Errors: not_found, corrupt (the blob is no file), io.
[[nodiscard]] Result<Sharing> give_out_blob(const std::filesystem::path& blob,
                                            const std::filesystem::path& target, bool only_copy,
                                            const OnCopied& on_copied = {});

}  // namespace corral::store
