#include "store/store.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "store/change_lock.h"
#include "store/hidden.h"
#include "store/scan.h"
#include "store/temp_file.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kManifestLimitBytes = 64 << 20;

constexpr mode_t kFolderMode = 0755;
constexpr mode_t kManifestMode = 0666;
constexpr mode_t kPulledManifestMode = 0644;

bool is_folder(const fs::path& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// With those above it. Whatever the umask allows, others cannot write there.
Result<void> make_directories(const fs::path& path) {
    if (is_folder(path)) return {};
    const fs::path parent = path.parent_path();
    if (!parent.empty() && parent != path) CORRAL_CHECK(make_directories(parent));
    const int cause = ::mkdir(path.c_str(), kFolderMode) == 0 ? 0 : errno;
    if (cause == 0 || is_folder(path)) return {};  // another process may have been quicker
    Error error = file_error(cause == EEXIST ? ENOTDIR : cause, "mkdir", path);
    error.message += ": ensure path elements are traversable";
    return fail(std::move(error));
}

// Upstream hashes what its JSON decoder has read: when the JSON text fills the decoder's buffer to
// the last byte, the newline behind it is left out.
std::string manifest_digest(std::string_view bytes) {
    if (bytes.ends_with('\n')) {
        std::size_t buffer_size = 512;
        while (buffer_size < bytes.size() - 1) buffer_size = 2 * buffer_size + 512;
        if (buffer_size == bytes.size() - 1) bytes.remove_suffix(1);
    }
    return sha256_hex(bytes);
}

std::int64_t whole_seconds(const ManifestFile& file) {
    return std::chrono::floor<std::chrono::seconds>(file.modified.time_since_epoch()).count();
}

}  // namespace

Store::Store(fs::path root, std::vector<fs::path> folders)
    : root_(std::move(root)), folders_(std::move(folders)) {}

Result<Store> Store::open(fs::path root, std::vector<fs::path> read_only_folders) {
    CORRAL_CHECK(make_directories(root / "manifests"));
    CORRAL_CHECK(make_directories(root / "blobs"));
    read_only_folders.insert(read_only_folders.begin(), root);
    return Store(std::move(root), std::move(read_only_folders));
}

Result<fs::path> Store::ensure_blobs_folder() const {
    CORRAL_CHECK(make_directories(blobs()));
    return blobs();
}

std::optional<ManifestFile> Store::locate(const ModelName& name) const {
    if (auto file = find_manifest(root_, name, false)) return file;
    if (folders_.size() > 1 && HiddenNames(root_).contains(name)) return std::nullopt;
    return locate_read_only(name);
}

std::optional<ManifestFile> Store::locate_read_only(const ModelName& name) const {
    for (std::size_t home = 1; home < folders_.size(); ++home) {
        auto file = find_manifest(folders_[home], name, true);
        if (!file) continue;
        file->home = home;
        return file;
    }
    return std::nullopt;
}

Result<StoredModel> Store::find(const ModelName& name) const {
    const auto file = locate(name);
    if (!file) return fail(ErrorCode::not_found, "model '{}' not found", name.short_form());
    return read(*file);
}

Result<StoredModel> Store::read(const ManifestFile& file) const {
    CORRAL_TRY(const std::string bytes, read_file(file.path, kManifestLimitBytes));
    auto manifest = Manifest::parse(bytes);
    if (!manifest) {
        manifest.error().message = fmt::format("{}: {}", file.path, manifest.error().message);
        return fail(std::move(manifest.error()));
    }
    return StoredModel{file.name,     std::move(*manifest), manifest_digest(bytes),
                       file.modified, file.read_only,       file.home};
}

std::vector<ManifestFile> Store::scan() const {
    std::vector<ManifestFile> files = scan_manifests(root_, false);
    if (folders_.size() > 1) {
        const HiddenNames hidden(root_);
        std::set<ModelName> seen;
        for (const ManifestFile& file : files) seen.insert(file.name);
        for (std::size_t home = 1; home < folders_.size(); ++home)
            for (ManifestFile& file : scan_manifests(folders_[home], true)) {
                if (hidden.contains(file.name) || !seen.insert(file.name).second) continue;
                file.home = home;
                files.push_back(std::move(file));
            }
    }
    std::ranges::stable_sort(files, std::greater{}, whole_seconds);
    return files;
}

std::vector<StoredModel> Store::list() const {
    std::vector<StoredModel> models;
    for (const ManifestFile& file : scan()) {
        if (auto model = read(file))
            models.push_back(std::move(*model));
        else
            log_warn("skipping an unreadable manifest", {{"error", model.error().message}});
    }
    return models;
}

Result<void> Store::write_manifest(const ModelName& name, const Manifest& manifest) {
    const ChangeLock lock(held_->changing, blobs());
    CORRAL_CHECK(check_blobs(manifest));
    return put_manifest(name, manifest.to_json(), kManifestMode);
}

Result<void> Store::write_manifest_bytes(const ModelName& name, std::string_view json) {
    const ChangeLock lock(held_->changing, blobs());
    return put_manifest(name, json, kPulledManifestMode);
}

Result<void> Store::check_blobs(const Manifest& manifest) const {
    for (const Digest& digest : manifest.digests()) {
        CORRAL_TRY(const fs::path path, blob_path(digest));
        if (path.parent_path() != blobs())
            return fail(ErrorCode::not_found, "blob \"{}\" not found in {}", digest.text(),
                        blobs().string());
    }
    return {};
}

Result<void> Store::put_manifest(const ModelName& name, std::string_view json, mode_t mode) const {
    const fs::path target = manifests() / name.manifest_path();
    CORRAL_CHECK(make_directories(target.parent_path()));
    if (!is_confined(root_, name))
        return fail(ErrorCode::corrupt, "{} lies behind a symbolic link", target.string());
    CORRAL_TRY(const fs::path folder, ensure_blobs_folder());
    CORRAL_TRY(TempFile file, TempFile::create(folder, mode));
    CORRAL_CHECK(file.write(json));
    CORRAL_CHECK(file.rename_to(target));
    CORRAL_TRY([[maybe_unused]] const bool was_hidden, HiddenNames(root_).take_away(name));
    return {};
}

Result<void> Store::copy(const ModelName& source, const ModelName& destination) {
    if (source == destination) return {};
    const ChangeLock lock(held_->changing, blobs());
    const auto file = locate(source);
    if (!file) return fail(ErrorCode::not_found, "model \"{}\" not found", source.short_form());
    CORRAL_TRY(const std::string bytes, read_file(file->path, kManifestLimitBytes));
    if (file->read_only) {
        CORRAL_TRY(const Manifest manifest, Manifest::parse(bytes));
        for (const Digest& digest : manifest.digests()) CORRAL_CHECK(adopt_blob(digest));
    }
    return put_manifest(destination, bytes, kManifestMode);
}

Result<StoredModel> Store::find_built_in(const ModelName& name) const {
    const bool is_replaced = find_manifest(root_, name, false).has_value();
    if (const auto file = locate_read_only(name); file && !is_replaced) return read(*file);
    return fail(ErrorCode::not_found, "model '{}' not found", name.short_form());
}

Result<bool> Store::restore(const ModelName& name) {
    if (!find_built_in(name)) return false;
    return HiddenNames(root_).take_away(name);
}

}  // namespace corral::store
