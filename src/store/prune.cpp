#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/files.h"
#include "base/log.h"
#include "store/change_lock.h"
#include "store/hidden.h"
#include "store/scan.h"
#include "store/store.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

constexpr auto kYoung = std::chrono::hours(1);

// Removes empty folders below and including `folder`; links are not followed.
void remove_empty_folders(const fs::path& folder) {
    std::error_code ignored;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
         entry.increment(ignored))
        if (entry->symlink_status(ignored).type() == fs::file_type::directory)
            remove_empty_folders(entry->path());
    ::rmdir(folder.c_str());  // fails, as it should, when something is in it
}

// What is no folder: with a recursive iterator in folders of any depth, else in this one only.
template <class Iterator>
std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (Iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored))
        if (entry->symlink_status(ignored).type() != fs::file_type::directory)
            files.push_back(entry->path());
    return files;
}

std::vector<fs::path> files_below(const fs::path& folder) {
    return files_of<fs::recursive_directory_iterator>(folder);
}

std::vector<fs::path> files_in(const fs::path& folder) {
    return files_of<fs::directory_iterator>(folder);
}

// Of a link itself, not of what it leads to.
std::optional<std::chrono::system_clock::time_point> last_change(const fs::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return std::nullopt;
    return std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec);
}

// What is kept or goes together: the files of one download, <blob>-partial and <blob>-partial-<n>.
// A part that was complete long ago is worth as much as the one that came last.
std::string unit_of(const fs::path& path) {
    constexpr std::string_view kPartial = "-partial";
    const std::string name = path.filename().string();
    const auto at = name.find(kPartial);
    return at == std::string::npos ? name : name.substr(0, at + kPartial.size());
}

// The files in a folder that have not been touched for a while, nor what belongs to them.
std::vector<fs::path> old_files_in(const fs::path& folder) {
    const auto now = std::chrono::system_clock::now();
    std::vector<fs::path> files = files_in(folder);
    std::set<std::string> young;
    for (const fs::path& path : files) {
        const auto modified = last_change(path);
        if (!modified || now - *modified < kYoung) young.insert(unit_of(path));
    }
    std::erase_if(files, [&](const fs::path& path) { return young.contains(unit_of(path)); });
    return files;
}

Result<void> remove_file(const fs::path& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    return fail(file_error(errno, "remove", path));
}

}  // namespace

Result<void> Store::remove(const ModelName& name) {
    const ChangeLock lock(held_->changing, blobs());
    const auto file = locate(name);
    if (!file) return fail(ErrorCode::not_found, "model '{}' not found", name.short_form());
    if (!file->read_only) {
        const auto model = read(*file);  // an unreadable manifest is removed all the same
        CORRAL_CHECK(remove_file(file->path));
        remove_empty_folders(manifests());
        if (model) {
            const std::vector<Digest> digests = model->manifest.digests();
            CORRAL_TRY([[maybe_unused]] const int n, unlink_unreferenced(digests));
        }
    }
    // Else the built-in model of the same name would appear in the place of the one just removed.
    if (locate(name)) return HiddenNames(root_).add(name);
    return {};
}

Result<int> Store::remove_unreferenced(std::span<const Digest> digests) const {
    const ChangeLock lock(held_->changing, blobs());
    return unlink_unreferenced(digests);
}

Result<int> Store::unlink_unreferenced(std::span<const Digest> digests) const {
    std::set<Digest> candidates(digests.begin(), digests.end());
    std::erase_if(candidates, [&](const Digest& digest) { return held_->counts.contains(digest); });
    for (const ManifestFile& file : scan_manifests(root_, false)) {
        if (candidates.empty()) break;
        if (const auto model = read(file))
            for (const Digest& digest : model->manifest.digests()) candidates.erase(digest);
    }
    int n_removed = 0;
    for (const Digest& digest : candidates) {
        const fs::path path = blobs() / digest.file_name();
        if (::unlink(path.c_str()) == 0)
            ++n_removed;
        else if (errno != ENOENT)
            return fail(file_error(errno, "remove", path));
    }
    return n_removed;
}

Result<void> Store::rename_old_blobs() const {
    for (const fs::path& path : files_below(blobs())) {
        std::string name = path.filename().string();
        if (!name.starts_with("sha256:")) continue;
        std::ranges::replace(name, ':', '-');
        const fs::path target = path.parent_path() / name;
        if (::rename(path.c_str(), target.c_str()) != 0)
            return fail(file_error(errno, "rename", path));
    }
    return {};
}

Result<int> Store::prune() const {
    const ChangeLock lock(held_->changing, blobs());
    std::set<Digest> referenced;
    for (const auto& [digest, n_holds] : held_->counts) referenced.insert(digest);
    const std::vector<ManifestFile> manifest_files = scan_manifests(root_, false);
    bool corrupt = files_below(manifests()).size() != manifest_files.size();
    for (const ManifestFile& file : manifest_files) {
        const auto model = read(file);
        corrupt = corrupt || !model;
        if (model)
            for (const Digest& digest : model->manifest.digests()) referenced.insert(digest);
    }
    if (corrupt) {
        log_warn("corrupt manifests detected, nothing is pruned", {{"path", manifests().string()}});
        return 0;
    }

    int n_removed = 0;
    for (const fs::path& path : old_files_in(blobs())) {
        const auto digest = Digest::parse(path.filename().string());
        if (digest && referenced.contains(*digest)) continue;
        CORRAL_CHECK(remove_file(path));
        ++n_removed;
    }
    remove_empty_folders(manifests());
    std::error_code ignored;
    fs::create_directories(manifests(), ignored);
    return n_removed;
}

}  // namespace corral::store
