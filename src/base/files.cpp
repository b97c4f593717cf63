#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace corral {
namespace {

constexpr mode_t kFileMode = 0644;

Result<UniqueFd> open_file(const std::filesystem::path& path, int flags) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC));
    if (!fd) return fail(file_error(errno, "open", path));
    return fd;
}

// A file under a name of its own that disappears unless keep() is called.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::filesystem::path& beside)
        : name_(beside.string() + ".tmp-XXXXXX"), fd_(::mkostemp(name_.data(), O_CLOEXEC)) {}
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (fd_) ::unlink(name_.c_str());
    }

    explicit operator bool() const { return static_cast<bool>(fd_); }
    int fd() const { return fd_.get(); }
    const char* name() const { return name_.c_str(); }
    void keep() { fd_.reset(); }

private:
    std::string name_;
    UniqueFd fd_;
};

}  // namespace

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

Error file_error(int cause, std::string_view operation, const std::filesystem::path& path) {
    const ErrorCode code = cause == ENOENT ? ErrorCode::not_found : ErrorCode::io;
    return Error{
        code,
        fmt::format("{} {}: {}", operation, path.string(), std::generic_category().message(cause)),
        {},
        0};
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit_bytes) {
    // Without O_NONBLOCK, opening a FIFO would wait for its other end.
    CORRAL_TRY(const UniqueFd fd, open_file(path, O_RDONLY | O_NONBLOCK));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return fail(file_error(errno, "stat", path));
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::io, "read {}: not a regular file", path.string());
    }
    // One byte more than the file says, to see its end without another round; files of /proc say 0.
    const auto expected_size =
        std::max<std::size_t>(static_cast<std::size_t>(status.st_size), 4095);
    std::string bytes(std::min(expected_size, limit_bytes) + 1, '\0');
    std::size_t n_read = 0;
    while (n_read <= limit_bytes) {
        if (n_read == bytes.size()) bytes.resize(std::min(2 * n_read, limit_bytes + 1));
        const ssize_t n = ::read(fd.get(), bytes.data() + n_read, bytes.size() - n_read);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(file_error(errno, "read", path));
        if (n == 0) break;
        n_read += static_cast<std::size_t>(n);
    }
    if (n_read > limit_bytes) {
        return fail(ErrorCode::invalid, "read {}: larger than {} bytes", path.string(),
                    limit_bytes);
    }
    bytes.resize(n_read);
    return bytes;
}

Result<void> write_all(int fd, std::string_view bytes,
                       const std::filesystem::path& path_for_errors) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(file_error(errno, "write", path_for_errors));
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

Result<void> write_file_atomic(const std::filesystem::path& path, std::string_view bytes) {
    TemporaryFile file(path);
    if (!file) return fail(file_error(errno, "create", path));
    CORRAL_CHECK(write_all(file.fd(), bytes, path));
    if (::fchmod(file.fd(), kFileMode) != 0) return fail(file_error(errno, "chmod", path));
    if (::fsync(file.fd()) != 0) return fail(file_error(errno, "sync", path));
    if (::rename(file.name(), path.c_str()) != 0) return fail(file_error(errno, "rename", path));
    file.keep();
    return sync_directory(path.parent_path());
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    const std::filesystem::path place = directory.empty() ? "." : directory;
    CORRAL_TRY(const UniqueFd fd, open_file(place, O_RDONLY | O_DIRECTORY));
    // Some file systems cannot sync directories and say EINVAL; the rename stands all the same.
    if (::fsync(fd.get()) != 0 && errno != EINVAL) return fail(file_error(errno, "sync", place));
    return {};
}

}  // namespace corral
