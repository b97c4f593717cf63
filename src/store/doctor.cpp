#include "store/doctor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "store/store.h"

namespace corral::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kReadBytes = 1 << 20;
constexpr std::size_t kLargestManifestBytes = 64 << 20;

struct Entry {
    fs::path path;
    struct stat info {};
};

// Everything below `folder` that is no folder. Links are not followed.
Result<std::vector<Entry>> entries_below(const fs::path& folder) {
    std::vector<Entry> entries;
    std::error_code cause;
    fs::recursive_directory_iterator at(folder, cause), end;
    for (; !cause && at != end; at.increment(cause)) {
        Entry entry{at->path(), {}};
        if (::lstat(entry.path.c_str(), &entry.info) == 0 && !S_ISDIR(entry.info.st_mode))
            entries.push_back(std::move(entry));
    }
    if (cause && cause != std::errc::no_such_file_or_directory)
        return fail(file_error(cause.value(), "list", folder));
    std::ranges::sort(entries, {}, &Entry::path);
    return entries;
}

std::string_view kind_of_file(mode_t mode) {
    if (S_ISLNK(mode)) return "a symbolic link";
    if (S_ISFIFO(mode)) return "a FIFO";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

// The name that a file below manifests/ has by its place.
std::optional<ModelName> name_of(const fs::path& relative) {
    std::vector<std::string> parts;
    for (const fs::path& part : relative) parts.push_back(part.string());
    if (parts.size() != 4) return std::nullopt;
    return ModelName::from_parts(parts[0], parts[1], parts[2], parts[3]);
}

std::optional<Digest> digest_named(const std::string& file_name) {
    const auto digest = Digest::parse(file_name);
    if (!digest || digest->file_name() != file_name) return std::nullopt;
    return digest;
}

bool is_leftover(std::string_view file_name) {
    if (!file_name.starts_with("sha256-")) return false;
    const bool is_temporary =
        file_name.find_first_not_of("0123456789", 7) == std::string_view::npos;
    return is_temporary || file_name.contains("-partial") || file_name.ends_with(".tmp");
}

// One run of examine(): manifests first, then what they need.
class Examiner {
public:
    Examiner(const fs::path& folder, const ExamineOptions& options)
        : folder_(folder), options_(options) {}

    Result<Examination> run() {
        CORRAL_CHECK(read_manifests());
        CORRAL_CHECK(look_at_blobs());
        CORRAL_CHECK(read_blobs());
        check_layers();
        std::ranges::stable_partition(result_.findings, &Finding::is_damage);
        return std::move(result_);
    }

private:
    struct Named {
        ModelName name;
        fs::path path;
        Manifest manifest;
    };
    struct Blob {
        Digest digest;
        Entry entry;
    };

    void find(Finding::Kind kind, const Entry& entry, std::string text) {
        result_.findings.push_back(
            {kind, entry.path, std::move(text), static_cast<std::uint64_t>(entry.info.st_size)});
    }

    bool refuse_non_file(const Entry& entry) {
        if (S_ISREG(entry.info.st_mode)) return false;
        find(Finding::Kind::not_a_file, entry,
             fmt::format("it is {}, not a file", kind_of_file(entry.info.st_mode)));
        return true;
    }

    Result<void> read_manifests() {
        const fs::path top = folder_ / "manifests";
        CORRAL_TRY(const auto entries, entries_below(top));
        for (const Entry& entry : entries) {
            if (refuse_non_file(entry)) continue;
            const auto name = name_of(entry.path.lexically_relative(top));
            if (!name) {
                find(Finding::Kind::bad_manifest, entry, "no model can have this name");
                continue;
            }
            const auto bytes = read_file(entry.path, kLargestManifestBytes);
            auto manifest = bytes ? Manifest::parse(*bytes) : fail(bytes.error());
            if (!manifest) {
                find(Finding::Kind::bad_manifest, entry, manifest.error().message);
                continue;
            }
            for (const Digest& digest : manifest->digests()) referenced_.insert(digest);
            models_.push_back({*name, entry.path, std::move(*manifest)});
        }
        result_.n_models = models_.size();
        return {};
    }

    Result<void> look_at_blobs() {
        CORRAL_TRY(const auto entries, entries_below(folder_ / "blobs"));
        for (const Entry& entry : entries) {
            if (refuse_non_file(entry)) continue;
            const std::string file_name = entry.path.filename().string();
            if (const auto digest = digest_named(file_name)) {
                blobs_.push_back({*digest, entry});
                result_.blob_bytes += static_cast<std::uint64_t>(entry.info.st_size);
                if (!referenced_.contains(*digest))
                    find(Finding::Kind::orphan, entry, "no model needs it");
            } else if (is_leftover(file_name)) {
                find(Finding::Kind::leftover, entry, "unfinished download or write");
            } else {
                find(Finding::Kind::stray, entry, "it is not a blob");
            }
        }
        result_.n_blobs = blobs_.size();
        return {};
    }

    // The blobs whose content is worth a look: all, or those of another size than a manifest says.
    std::vector<const Blob*> blobs_to_read() const {
        std::map<Digest, std::int64_t> sizes;
        for (const Named& model : models_) {
            for (const Layer& layer : model.manifest.layers) sizes[layer.digest] = layer.size_bytes;
            if (const auto& config = model.manifest.config)
                sizes[config->digest] = config->size_bytes;
        }
        std::vector<const Blob*> chosen;
        for (const Blob& blob : blobs_) {
            const auto known = sizes.find(blob.digest);
            const bool differs = known != sizes.end() && known->second != blob.entry.info.st_size;
            if (options_.digests || differs) chosen.push_back(&blob);
        }
        return chosen;
    }

    Result<void> read_blobs() {
        const auto chosen = blobs_to_read();
        for (const Blob* blob : chosen)
            total_bytes_ += static_cast<std::uint64_t>(blob->entry.info.st_size);
        for (const Blob* blob : chosen) {
            auto hex = hash_of(blob->entry.path);
            if (!hex && hex.error().code == ErrorCode::cancelled) return fail(hex.error());
            if (hex && *hex == blob->digest.hex()) continue;
            // Somebody else may have removed it meanwhile.
            if (!hex && hex.error().code == ErrorCode::not_found) continue;
            bad_.insert(blob->digest);
            find(Finding::Kind::bad_blob, blob->entry,
                 hex ? fmt::format("its content has the digest sha256:{}", *hex)
                     : hex.error().message);
        }
        return {};
    }

    Result<std::string> hash_of(const fs::path& path) {
        const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (!fd) return fail(file_error(errno, "open", path));
        Sha256 hash;
        buffer_.resize(kReadBytes);
        for (;;) {
            const ssize_t n = ::read(fd.get(), buffer_.data(), buffer_.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return fail(file_error(errno, "read", path));
            if (n == 0) return hash.hex();
            hash.update({buffer_.data(), static_cast<std::size_t>(n)});
            done_bytes_ += static_cast<std::uint64_t>(n);
            if (options_.on_progress && !options_.on_progress(done_bytes_, total_bytes_))
                return fail(ErrorCode::cancelled, "cancelled");
        }
    }

    // The size of a blob, wherever it lies.
    std::optional<std::int64_t> size_of(const Digest& digest) const {
        std::vector<fs::path> folders = options_.other_folders;
        folders.insert(folders.begin(), folder_);
        for (const fs::path& folder : folders) {
            struct stat info {};
            const fs::path path = folder / "blobs" / digest.file_name();
            if (::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) return info.st_size;
        }
        return std::nullopt;
    }

    void check_layers() {
        for (const Named& model : models_) {
            bool complete = true;
            std::vector<Layer> layers = model.manifest.layers;
            if (model.manifest.config) layers.push_back(*model.manifest.config);
            for (const Layer& layer : layers) complete = check_layer(model, layer) && complete;
            if (!complete) result_.incomplete.push_back(model.name.short_form());
        }
    }

    // Whether the model can use it.
    bool check_layer(const Named& model, const Layer& layer) {
        if (bad_.contains(layer.digest)) return false;
        const auto size = size_of(layer.digest);
        if (!size) {
            result_.findings.push_back(
                {Finding::Kind::missing_blob, model.path,
                 fmt::format("{} lacks the blob {}", model.name.short_form(), layer.digest.text()),
                 0});
        } else if (*size != layer.size_bytes) {
            result_.findings.push_back(
                {Finding::Kind::wrong_size, model.path,
                 fmt::format("it gives {} bytes to the blob {}, which has {}", layer.size_bytes,
                             layer.digest.text(), *size),
                 0});
        }
        return size.has_value();
    }

    const fs::path& folder_;
    const ExamineOptions& options_;
    Examination result_;
    std::vector<Named> models_;
    std::vector<Blob> blobs_;
    std::set<Digest> referenced_;
    std::set<Digest> bad_;
    std::vector<char> buffer_;
    std::uint64_t done_bytes_ = 0;
    std::uint64_t total_bytes_ = 0;
};

// Moves a file without ever replacing another.
Result<fs::path> move_to(const fs::path& source, const fs::path& wanted) {
    std::error_code cause;
    fs::create_directories(wanted.parent_path(), cause);
    if (cause) return fail(file_error(cause.value(), "mkdir", wanted.parent_path()));
    constexpr int kAttempts = 1000;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        fs::path target = wanted;
        if (attempt > 0) target += fmt::format(".{}", attempt);
        if (::renameat2(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
            return target;
        if (errno != EEXIST) return fail(file_error(errno, "move", source));
    }
    return fail(ErrorCode::io, "move {}: too many files of that name lie in {}", source.string(),
                wanted.parent_path().string());
}

}  // namespace

Result<Examination> examine(const fs::path& folder, const ExamineOptions& options) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        return fail(ErrorCode::not_found, "there is no model folder at {}", folder.string());
    return Examiner(folder, options).run();
}

Result<std::vector<fs::path>> move_damage_aside(const fs::path& folder,
                                                const std::vector<Finding>& findings) {
    std::vector<fs::path> moved;
    for (const Finding& finding : findings) {
        if (!finding.is_movable()) continue;
        const fs::path relative = finding.path.lexically_relative(folder);
        CORRAL_TRY(fs::path target, move_to(finding.path, folder / "corral-damaged" / relative));
        moved.push_back(std::move(target));
    }
    return moved;
}

}  // namespace corral::store
