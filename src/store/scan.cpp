#include "store/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "base/files.h"
#include "base/log.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

UniqueFd open_folder(int parent, const char* name) {
    return UniqueFd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

UniqueFd open_manifests(const fs::path& folder) {
    return open_folder(AT_FDCWD, (folder / "manifests").c_str());
}

// The names in a folder, sorted. Names that begin with a dot cannot be part of a model's name.
// Asks the kernel directly: a DIR takes as many calls again as the reading itself.
std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    alignas(dirent64) char buffer[16 << 10];
    for (;;) {
        const ssize_t n_bytes = ::getdents64(folder, buffer, sizeof buffer);
        if (n_bytes <= 0) break;
        for (ssize_t at = 0; at < n_bytes;) {
            const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
            if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
            at += entry->d_reclen;
        }
    }
    std::ranges::sort(names);
    return names;
}

fs::file_time_type file_time(const timespec& time) {
    using namespace std::chrono;
    const sys_time<nanoseconds> since_epoch(seconds(time.tv_sec) + nanoseconds(time.tv_nsec));
    return time_point_cast<fs::file_time_type::duration>(file_clock::from_sys(since_epoch));
}

// Walks host, namespace, model and tag.
class Scanner {
public:
    Scanner(const fs::path& folder, bool read_only)
        : top_(folder / "manifests"), read_only_(read_only) {}

    std::vector<ManifestFile> run() {
        walk(open_folder(AT_FDCWD, top_.c_str()), 0);
        return std::move(files_);
    }

private:
    static constexpr int kTagDepth = 3;

    void walk(UniqueFd folder, int depth) {
        if (!folder) return;
        for (std::string& name : names_in(folder.get())) {
            parts_[depth] = std::move(name);
            if (depth == kTagDepth)
                look_at(folder.get());
            else
                walk(open_folder(folder.get(), parts_[depth].c_str()), depth + 1);
        }
    }

    void look_at(int folder) {
        const auto name = ModelName::from_parts(parts_[0], parts_[1], parts_[2], parts_[3]);
        struct stat info {};
        const bool is_file =
            ::fstatat(folder, parts_[3].c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode);
        if (!name || !is_file) {
            log_debug("not a manifest", {{"tag", parts_[3]}, {"model", parts_[2]}});
            return;
        }
        files_.push_back({*name, top_.native() + "/" + name->manifest_path(),
                          file_time(info.st_mtim), static_cast<std::uint64_t>(info.st_size),
                          static_cast<std::uint64_t>(info.st_ino), read_only_});
    }

    fs::path top_;
    bool read_only_;
    std::string parts_[kTagDepth + 1];
    std::vector<ManifestFile> files_;
};

// The folder that holds the tags of a model; invalid when it is absent or a link leads there.
UniqueFd open_model_folder(const fs::path& folder, const ModelName& name) {
    UniqueFd fd = open_manifests(folder);
    for (const std::string& part : {name.host(), name.name_space(), name.model()})
        if (fd) fd = open_folder(fd.get(), part.c_str());
    return fd;
}

}  // namespace

std::vector<ManifestFile> scan_manifests(const fs::path& folder, bool read_only) {
    return Scanner(folder, read_only).run();
}

std::optional<ManifestFile> find_manifest(const fs::path& folder, const ModelName& name,
                                          bool read_only) {
    const UniqueFd model = open_model_folder(folder, name);
    struct stat info {};
    if (!model || ::fstatat(model.get(), name.tag().c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(info.st_mode))
        return std::nullopt;
    return ManifestFile{name,
                        (folder / "manifests" / name.manifest_path()).string(),
                        file_time(info.st_mtim),
                        static_cast<std::uint64_t>(info.st_size),
                        static_cast<std::uint64_t>(info.st_ino),
                        read_only};
}

bool is_confined(const fs::path& folder, const ModelName& name) {
    return static_cast<bool>(open_model_folder(folder, name));
}

}  // namespace corral::store
