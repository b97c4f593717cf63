#pragma once

// Purpose: files, read with a limit and written so that a crash or a full disk leaves the old
// content.
//
// Errors: messages read `<operation> <path>: <cause>` ("write /x/y: No space left on device"); a
// missing file is ErrorCode::not_found, everything else ErrorCode::io.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace corral {

// Owns a file descriptor; closes it when destroyed.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

// The Error for errno value `cause` of `operation` on `path`.
Error file_error(int cause, std::string_view operation, const std::filesystem::path& path);

// The whole file; more than `limit_bytes` is ErrorCode::invalid. Refuses what is not a regular
// file.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit_bytes);

// Writes everything, through interruptions and short writes.
[[nodiscard]] Result<void> write_all(int fd, std::string_view bytes,
                                     const std::filesystem::path& path_for_errors);

// Makes `path` hold `bytes`: a temporary file beside it, synced, renamed, directory synced. Missing
// directories are an error. On failure the old content is untouched and the temporary file is gone.
[[nodiscard]] Result<void> write_file_atomic(const std::filesystem::path& path,
                                             std::string_view bytes);

// Makes a rename in `directory` durable.
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace corral
