#include "store/temp_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <string>

namespace corral::store {

namespace fs = std::filesystem;

TempFile::TempFile(UniqueFd fd, fs::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

TempFile::TempFile(TempFile&& other) noexcept
    : fd_(std::move(other.fd_)), path_(std::exchange(other.path_, {})) {}

TempFile::~TempFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<TempFile> TempFile::create(const fs::path& folder, mode_t mode) {
    std::random_device random;
    constexpr int kAttempts = 100;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        fs::path path = folder / ("sha256-" + std::to_string(random()));
        UniqueFd fd(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
        if (fd) return TempFile(std::move(fd), std::move(path));
        if (errno != EEXIST) return fail(file_error(errno, "create", path));
    }
    return fail(ErrorCode::io, "create a temporary file in {}: all names are taken",
                folder.string());
}

Result<void> TempFile::write(std::string_view bytes) {
    return write_all(fd_.get(), bytes, path_);
}

bool TempFile::clone_from(int fd) {
    return ::ioctl(fd_.get(), FICLONE, fd) == 0;
}

Result<void> TempFile::set_mode(mode_t mode) {
    if (::fchmod(fd_.get(), mode) != 0) return fail(file_error(errno, "chmod", path_));
    return {};
}

Result<void> TempFile::rename_to(const fs::path& target) {
    if (::fsync(fd_.get()) != 0) return fail(file_error(errno, "sync", path_));
    if (::rename(path_.c_str(), target.c_str()) != 0)
        return fail(file_error(errno, "rename", target));
    path_.clear();
    return sync_directory(target.parent_path());
}

}  // namespace corral::store
