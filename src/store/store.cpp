#include "store/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "store/hidden.h"
#include "store/temp_file.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kManifestLimitBytes = 64 << 20;

// The type of what lies at `path` itself; links are not followed.
mode_t type_at(const fs::path& path, struct stat* info) {
    return ::lstat(path.c_str(), info) == 0 ? info->st_mode & S_IFMT : 0;
}

Result<void> make_directories(const fs::path& path) {
    std::error_code cause;
    fs::create_directories(path, cause);
    if (!cause) return {};
    Error error = file_error(cause.value(), "mkdir", path);
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

fs::file_time_type file_time(const timespec& time) {
    using namespace std::chrono;
    const sys_time<nanoseconds> since_epoch(seconds(time.tv_sec) + nanoseconds(time.tv_nsec));
    return time_point_cast<fs::file_time_type::duration>(file_clock::from_sys(since_epoch));
}

std::int64_t whole_seconds(const ManifestFile& file) {
    return std::chrono::floor<std::chrono::seconds>(file.modified.time_since_epoch()).count();
}

// A symbolic link in place of a folder or a manifest could lead out of the store.
bool is_confined(const fs::path& manifests, const ModelName& name) {
    struct stat info {};
    fs::path path = manifests;
    for (const std::string& part : {name.host(), name.name_space(), name.model()}) {
        path /= part;
        if (type_at(path, &info) != S_IFDIR) return false;
    }
    return true;
}

std::optional<ManifestFile> look_at(const fs::path& folder, const ModelName& name, bool read_only) {
    struct stat info {};
    fs::path path = folder / "manifests" / name.manifest_path();
    if (!is_confined(folder / "manifests", name) || type_at(path, &info) != S_IFREG)
        return std::nullopt;
    return ManifestFile{name,
                        std::move(path),
                        file_time(info.st_mtim),
                        static_cast<std::uint64_t>(info.st_size),
                        static_cast<std::uint64_t>(info.st_ino),
                        read_only};
}

// The names in a folder that is not a link, sorted; empty when it cannot be read.
std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    struct stat info {};
    if (type_at(folder, &info) != S_IFDIR) return names;
    std::error_code ignored;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
         entry.increment(ignored))
        names.push_back(entry->path().filename().string());
    std::ranges::sort(names);
    return names;
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

std::optional<ManifestFile> Store::locate(const ModelName& name) const {
    if (auto file = look_at(root_, name, false)) return file;
    if (folders_.size() > 1 && HiddenNames(root_).contains(name)) return std::nullopt;
    for (std::size_t i = 1; i < folders_.size(); ++i)
        if (auto file = look_at(folders_[i], name, true)) return file;
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
        manifest.error().message =
            fmt::format("{}: {}", file.path.string(), manifest.error().message);
        return fail(std::move(manifest.error()));
    }
    return StoredModel{file.name, std::move(*manifest), manifest_digest(bytes), file.modified,
                       file.read_only};
}

std::vector<ManifestFile> Store::scan_folder(const fs::path& folder) const {
    std::vector<ManifestFile> files;
    const bool read_only = folder != root_;
    const fs::path top = folder / "manifests";
    for (const std::string& host : names_in(top))
        for (const std::string& name_space : names_in(top / host))
            for (const std::string& model : names_in(top / host / name_space))
                for (const std::string& tag : names_in(top / host / name_space / model)) {
                    const auto name = ModelName::from_parts(host, name_space, model, tag);
                    auto file = name ? look_at(folder, *name, read_only) : std::nullopt;
                    if (file)
                        files.push_back(std::move(*file));
                    else
                        log_debug("not a manifest",
                                  {{"path", (top / host / name_space / model / tag).string()}});
                }
    return files;
}

std::vector<ManifestFile> Store::scan() const {
    std::vector<ManifestFile> files = scan_folder(root_);
    if (folders_.size() > 1) {
        const HiddenNames hidden(root_);
        std::set<ModelName> seen;
        for (const ManifestFile& file : files) seen.insert(file.name);
        for (std::size_t i = 1; i < folders_.size(); ++i)
            for (ManifestFile& file : scan_folder(folders_[i]))
                if (!hidden.contains(file.name) && seen.insert(file.name).second)
                    files.push_back(std::move(file));
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
    return write_manifest_bytes(name, manifest.to_json());
}

Result<void> Store::write_manifest_bytes(const ModelName& name, std::string_view json) {
    const fs::path target = manifests() / name.manifest_path();
    CORRAL_CHECK(make_directories(target.parent_path()));
    if (!is_confined(manifests(), name))
        return fail(ErrorCode::corrupt, "{} lies behind a symbolic link", target.string());
    CORRAL_TRY(TempFile file, TempFile::create(blobs(), 0666));
    CORRAL_CHECK(file.write(json));
    CORRAL_CHECK(file.rename_to(target));
    CORRAL_TRY([[maybe_unused]] const bool was_hidden, HiddenNames(root_).take_away(name));
    return {};
}

Result<void> Store::copy(const ModelName& source, const ModelName& destination) {
    if (source == destination) return {};
    const auto file = locate(source);
    if (!file) return fail(ErrorCode::not_found, "model \"{}\" not found", source.short_form());
    CORRAL_TRY(const std::string bytes, read_file(file->path, kManifestLimitBytes));
    if (file->read_only) {
        CORRAL_TRY(const Manifest manifest, Manifest::parse(bytes));
        for (const Digest& digest : manifest.digests()) CORRAL_CHECK(adopt_blob(digest));
    }
    return write_manifest_bytes(destination, bytes);
}

Result<bool> Store::restore(const ModelName& name) {
    const bool exists = std::any_of(
        folders_.begin() + 1, folders_.end(),
        [&](const fs::path& folder) { return look_at(folder, name, true).has_value(); });
    if (!exists) return false;
    return HiddenNames(root_).take_away(name);
}

}  // namespace corral::store
