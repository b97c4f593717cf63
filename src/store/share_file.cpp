#include "store/share_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/files.h"
#include "store/temp_file.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kSettledAfterNs = 50'000'000;  // kernels tick every 10 ms or faster
constexpr mode_t kAllMayRead = 0444;
constexpr mode_t kAnyMayWrite = 0222;
constexpr std::size_t kCopyBytes = 1 << 20;

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Whether the blobs there belong to us, so that the server that reads them finds what it expects.
bool is_our_folder(const fs::path& folder) {
    struct stat info {};
    return ::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == ::geteuid();
}

// The kernel grants a read lease only while nobody has the file open for writing.
bool has_no_writer(int fd) {
    if (::fcntl(fd, F_SETLEASE, F_RDLCK) != 0) return false;
    (void)::fcntl(fd, F_SETLEASE, F_UNLCK);
    return true;
}

bool is_immutable(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 && (info.st_mode & kAnyMayWrite) == 0 &&
           (info.st_mode & kAllMayRead) == kAllMayRead && has_no_writer(fd);
}

// Links what the descriptor has open, whatever the name it was opened by means now.
bool link_open_file(int fd, const fs::path& target) {
    const std::string source = fmt::format("/proc/self/fd/{}", fd);
    return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// What the temporary file holds becomes the blob, provided the file is still what was hashed.
bool reflink_as_blob(int fd, const FileStamp& stamp, const fs::path& target) {
    auto temporary = TempFile::create(target.parent_path(), 0600);
    return temporary && temporary->clone_from(fd) && FileStamp::of(fd) == stamp &&
           temporary->set_mode(0644) && temporary->rename_to(target);
}

UniqueFd open_source(const fs::path& file, int flags) {
    return UniqueFd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags));
}

Result<void> copy_content(int from, int to, std::int64_t total_bytes, const fs::path& target,
                          const OnCopied& on_copied) {
    std::vector<char> buffer(kCopyBytes);
    std::int64_t done_bytes = 0;
    for (;;) {
        const ssize_t n = ::read(from, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(file_error(errno, "read what becomes", target));
        if (n == 0) break;
        CORRAL_CHECK(write_all(to, {buffer.data(), static_cast<std::size_t>(n)}, target));
        done_bytes += n;
        if (on_copied) on_copied(done_bytes, total_bytes);
    }
    if (::fsync(to) != 0) return fail(file_error(errno, "sync", target));
    return {};
}

// A blob that has a second name must not be written to through it.
bool link_out(int fd, const fs::path& target) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !has_no_writer(fd)) return false;
    const mode_t read_only = info.st_mode & 07777 & ~kAnyMayWrite;
    return ::fchmod(fd, read_only) == 0 && link_open_file(fd, target);
}

Result<Sharing> reflink_or_copy(int fd, const fs::path& target, bool only_copy,
                                const OnCopied& on_copied) {
    const UniqueFd to(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!to) return fail(file_error(errno, "create", target));
    if (!only_copy && ::ioctl(to.get(), FICLONE, fd) == 0) return Sharing::reflink;
    struct stat info {};
    (void)::fstat(fd, &info);
    const auto copied = copy_content(fd, to.get(), info.st_size, target, on_copied);
    if (copied) return Sharing::copy;
    ::unlink(target.c_str());
    return fail(copied.error());
}

bool can_reflink(int fd, const fs::path& folder) {
    auto trial = TempFile::create(folder, 0600);
    return trial && trial->clone_from(fd);
}

}  // namespace

std::optional<FileStamp> FileStamp::of(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
    return FileStamp{info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim),
                     nanoseconds(info.st_ctim)};
}

bool FileStamp::is_settled() const {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now) - changed_ns > kSettledAfterNs;
}

std::optional<Sharing> take_as_blob(const fs::path& file, const FileStamp& stamp,
                                    const fs::path& models, const Digest& digest) {
    const fs::path target = models / "blobs" / digest.file_name();
    struct stat info {};
    if (!is_our_folder(target.parent_path()) || ::lstat(target.c_str(), &info) == 0)
        return std::nullopt;
    const UniqueFd fd = open_source(file, 0);
    if (!fd || FileStamp::of(fd.get()) != stamp) return std::nullopt;
    if (reflink_as_blob(fd.get(), stamp, target)) return Sharing::reflink;
    if (is_immutable(fd.get()) && link_open_file(fd.get(), target)) return Sharing::hard_link;
    return std::nullopt;
}

Result<Sharing> give_out_blob(const fs::path& blob, const fs::path& target, bool only_copy,
                              const OnCopied& on_copied) {
    const UniqueFd fd = open_source(blob, O_NOFOLLOW);
    if (!fd) return fail(file_error(errno, "open", blob));
    if (!FileStamp::of(fd.get()))
        return fail(ErrorCode::corrupt, "{} is not a regular file", blob.string());
    const bool links = !only_copy && !can_reflink(fd.get(), target.parent_path());
    if (links && link_out(fd.get(), target)) return Sharing::hard_link;
    return reflink_or_copy(fd.get(), target, only_copy, on_copied);
}

}  // namespace corral::store
