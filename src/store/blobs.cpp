#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/files.h"
#include "base/hash.h"
#include "store/store.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

// Nothing when it is absent.
Result<std::optional<fs::path>> blob_in(const fs::path& folder, const Digest& digest) {
    fs::path path = folder / "blobs" / digest.file_name();
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return std::nullopt;
    if (!S_ISREG(info.st_mode))
        return fail(ErrorCode::corrupt, "{} is not a regular file", path.string());
    return path;
}

}  // namespace

Result<fs::path> Store::blob_path(const Digest& digest, std::size_t home) const {
    CORRAL_TRY(auto found, blob_in(folders_.at(home), digest));
    for (std::size_t i = 0; i < folders_.size() && !found; ++i) {
        CORRAL_TRY(found, blob_in(folders_[i], digest));
    }
    if (found) return *found;
    return fail(ErrorCode::not_found, "blob \"{}\" not found", digest.text());
}

bool Store::has_blob(const Digest& digest) const {
    return blob_path(digest).has_value();
}

Result<std::string> Store::read_blob(const Digest& digest, std::size_t limit_bytes,
                                     std::size_t home) const {
    CORRAL_TRY(const fs::path path, blob_path(digest, home));
    return read_file(path, limit_bytes);
}

Result<Layer> Store::write_blob(std::string_view media_type, std::string_view bytes) const {
    CORRAL_TRY(BlobWriter writer, create_blob());
    CORRAL_CHECK(writer.write(bytes));
    CORRAL_TRY(Layer layer, writer.commit());
    layer.media_type = media_type;
    return layer;
}

Result<void> Store::adopt_blob(const Digest& digest) const {
    CORRAL_TRY(const fs::path source, blob_path(digest));
    CORRAL_TRY(const fs::path folder, ensure_blobs_folder());
    const fs::path target = folder / digest.file_name();
    if (source == target || ::link(source.c_str(), target.c_str()) == 0 || errno == EEXIST) {
        ::utimensat(AT_FDCWD, target.c_str(), nullptr, 0);
        return {};
    }

    UniqueFd input(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!input) return fail(file_error(errno, "open", source));
    CORRAL_TRY(BlobWriter writer, create_blob());
    std::array<char, 1 << 16> buffer;
    for (;;) {
        const ssize_t n = ::read(input.get(), buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(file_error(errno, "read", source));
        if (n == 0) break;
        CORRAL_CHECK(writer.write({buffer.data(), static_cast<std::size_t>(n)}));
    }
    CORRAL_TRY(const Layer layer, writer.commit());
    if (layer.digest != digest)
        return fail(ErrorCode::corrupt, "{} holds other data than its name says", source.string());
    return {};
}

}  // namespace corral::store
