#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "base/hash.h"
#include "store/store.h"
#include "store/temp_file.h"

namespace corral::store {

namespace fs = std::filesystem;

struct BlobWriter::State {
    fs::path folder;
    TempFile file;
    Sha256 hash;
    std::int64_t size_bytes = 0;
};

BlobWriter::BlobWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobWriter::BlobWriter(BlobWriter&&) noexcept = default;
BlobWriter& BlobWriter::operator=(BlobWriter&&) noexcept = default;
BlobWriter::~BlobWriter() = default;

Result<BlobWriter> Store::create_blob() const {
    CORRAL_TRY(fs::path folder, ensure_blobs_folder());
    CORRAL_TRY(TempFile file, TempFile::create(folder, 0600));
    return BlobWriter(std::make_unique<BlobWriter::State>(
        BlobWriter::State{std::move(folder), std::move(file), Sha256(), 0}));
}

Result<void> BlobWriter::write(std::span<const char> bytes) {
    CORRAL_CHECK(state_->file.write({bytes.data(), bytes.size()}));
    state_->hash.update(bytes);
    state_->size_bytes += static_cast<std::int64_t>(bytes.size());
    return {};
}

namespace {

// An earlier blob of that name is kept only when it can be whole: upstream does not sync, so a
// crash of the machine may have left a short one.
bool holds_whole_blob(const fs::path& path, std::int64_t size_bytes) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size == size_bytes;
}

}  // namespace

Result<Layer> BlobWriter::commit() {
    const Digest digest = Digest::of_hex(state_->hash.hex());
    const fs::path target = state_->folder / digest.file_name();
    const std::int64_t size_bytes = state_->size_bytes;
    if (holds_whole_blob(target, size_bytes)) {
        ::utimensat(AT_FDCWD, target.c_str(), nullptr,
                    0);  // young again: housekeeping leaves it alone
    } else {
        CORRAL_CHECK(state_->file.set_mode(0644));
        CORRAL_CHECK(state_->file.rename_to(target));
    }
    state_.reset();
    return Layer{.media_type = "", .digest = digest, .size_bytes = size_bytes};
}

}  // namespace corral::store
