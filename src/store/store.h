#pragma once

// Purpose: the on-disk model store, shared byte for byte with a real Ollama: manifests and
// content-addressed blobs.
//
// Layout: <root>/manifests/<host>/<namespace>/<model>/<tag> and <root>/blobs/sha256-<hex>.
// Read-only folders (the built-in one that holds cria, CORRAL_MODEL_DIRS) are searched after the
// root, in order; changes go to the root only. Removing a model that lies in a read-only folder
// notes its name in <root>/corral-hidden; writing or restoring that name takes the note away.
//
// Threads: any. Writing a manifest, copying and removing exclude each other, so that no blob goes
// while a manifest that names it arrives; who gathers blobs for one holds them until it is written.
// Manifests and blobs are written to a temporary file beside the target, synced and renamed, so a
// crash or a full disk leaves the old state. Errors: not_found, corrupt (bad JSON, symlinks and
// other non-files in the store), io (with the path and cause). Source: storage-registry.md,
// native-api.md 8.2 and 13.2.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/blob_hold.h"
#include "store/name.h"

namespace corral::store {

// Media types of layers.
inline constexpr std::string_view kMediaModel = "application/vnd.ollama.image.model";
inline constexpr std::string_view kMediaProjector = "application/vnd.ollama.image.projector";
inline constexpr std::string_view kMediaAdapter = "application/vnd.ollama.image.adapter";
inline constexpr std::string_view kMediaDraft = "application/vnd.ollama.image.draft";
inline constexpr std::string_view kMediaTemplate = "application/vnd.ollama.image.template";
inline constexpr std::string_view kMediaSystem = "application/vnd.ollama.image.system";
inline constexpr std::string_view kMediaParams = "application/vnd.ollama.image.params";
inline constexpr std::string_view kMediaMessages = "application/vnd.ollama.image.messages";
inline constexpr std::string_view kMediaLicense = "application/vnd.ollama.image.license";
inline constexpr std::string_view kMediaPrompt = "application/vnd.ollama.image.prompt";
inline constexpr std::string_view kMediaConfig = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view kMediaManifest =
    "application/vnd.docker.distribution.manifest.v2+json";

// The error of a layer without one.
inline constexpr std::string_view kEmptyDigest = "digest is empty";

struct Layer {
    std::string media_type;
    Digest digest;
    std::int64_t size_bytes = 0;
    std::string from = {};  // the model or uploaded file a layer was taken from, or empty
    std::string name = {};  // tensor or file name in safetensors models, or empty

    bool operator==(const Layer&) const = default;
};

struct Manifest {
    std::optional<Layer> config;  // missing in very old manifests
    std::vector<Layer> layers;

    const Layer* find(std::string_view media_type) const;  // the last of that type, or null
    std::int64_t total_size_bytes() const;                 // layers and config

    [[nodiscard]] static Result<Manifest> parse(std::string_view json);
    std::string to_json() const;  // compact, in upstream's key order, with the trailing newline
    std::vector<Digest> digests() const;  // of all layers and the config
};

// A manifest file, found but not read. Two looks that agree in all of it saw the same content.
struct ManifestFile {
    ModelName name;
    std::string path;
    std::filesystem::file_time_type modified;
    std::uint64_t size_bytes = 0;
    std::uint64_t inode = 0;
    bool read_only = false;
    std::size_t home = 0;  // the number of its folder, in the order in which they are searched

    bool operator==(const ManifestFile&) const = default;
};

struct StoredModel {
    ModelName name;
    Manifest manifest;
    std::string manifest_digest_hex;  // native-api.md 8.2 (digest)
    std::filesystem::file_time_type modified;
    bool read_only = false;  // lies in a read-only folder
    std::size_t home = 0;    // as above
};

// A blob being written. Destroying it without commit() removes the temporary file.
class BlobWriter {
public:
    BlobWriter(BlobWriter&&) noexcept;
    BlobWriter& operator=(BlobWriter&&) noexcept;
    ~BlobWriter();

    [[nodiscard]] Result<void> write(std::span<const char> bytes);  // hashes as it goes
    // Syncs and renames to the name of its digest; returns the digest and size. An existing blob is
    // kept.
    [[nodiscard]] Result<Layer> commit();

private:
    friend class Store;
    struct State;
    explicit BlobWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class Store {
public:
    // Creates the root's folders when they are missing.
    [[nodiscard]] static Result<Store> open(
        std::filesystem::path root, std::vector<std::filesystem::path> read_only_folders = {});
    const std::filesystem::path& root() const { return root_; }

    [[nodiscard]] Result<StoredModel> find(const ModelName& name) const;  // not_found when absent
    // The model of a read-only folder, also when it is hidden; not_found when there is none or the
    // root has one of that name.
    [[nodiscard]] Result<StoredModel> find_built_in(const ModelName& name) const;
    // Every readable model, newest first (whole seconds); unreadable manifests are skipped.
    std::vector<StoredModel> list() const;
    // The two halves of list(), for callers that keep what they have read: which manifests there
    // are, newest first, and the content of one.
    std::vector<ManifestFile> scan() const;
    [[nodiscard]] Result<StoredModel> read(const ManifestFile& file) const;
    // Adopts for each part the spelling of an installed model that differs only in case
    // (native-api.md 4.4).
    ModelName canonical(const ModelName& name) const;

    // not_found when a blob it names is missing from the root (removed by somebody else in the
    // meantime).
    [[nodiscard]] Result<void> write_manifest(const ModelName& name, const Manifest& manifest);
    // The bytes as a registry sent them, unknown fields included. `json` must parse as a Manifest.
    [[nodiscard]] Result<void> write_manifest_bytes(const ModelName& name, std::string_view json);
    [[nodiscard]] Result<void> copy(const ModelName& source, const ModelName& destination);
    // Removes the manifest, then blobs that no manifest names any more, then empty folders.
    [[nodiscard]] Result<void> remove(const ModelName& name);
    // Makes a hidden model of a read-only folder visible again; false when there is none of that
    // name.
    [[nodiscard]] Result<bool> restore(const ModelName& name);

    // Where a blob lies; not_found when absent. The folder number `home`, that of the model which
    // wants it, is looked into first: a copy elsewhere may go with another model at any time.
    [[nodiscard]] Result<std::filesystem::path> blob_path(const Digest& digest,
                                                          std::size_t home = 0) const;
    bool has_blob(const Digest& digest) const;
    [[nodiscard]] Result<std::string> read_blob(const Digest& digest, std::size_t limit_bytes,
                                                std::size_t home = 0) const;
    // Where blobs of the root lie; made when somebody has removed it.
    [[nodiscard]] Result<std::filesystem::path> ensure_blobs_folder() const;
    [[nodiscard]] Result<BlobWriter> create_blob() const;
    [[nodiscard]] Result<Layer> write_blob(std::string_view media_type,
                                           std::string_view bytes) const;

    // Makes sure that the root itself holds the blob, by a hard link or a copy from a read-only
    // folder, and that it counts as young (its times become now).
    [[nodiscard]] Result<void> adopt_blob(const Digest& digest) const;

    // Nothing below removes a blob that is held.
    BlobHold hold() const { return BlobHold(held_); }

    // Deletes those of `digests` that no manifest of the root names. Returns how many.
    [[nodiscard]] Result<int> remove_unreferenced(std::span<const Digest> digests) const;
    // Start-up housekeeping: blobs named in the old way (sha256:<hex>) are renamed.
    [[nodiscard]] Result<void> rename_old_blobs() const;
    // Start-up housekeeping: deletes blobs and leftovers of interrupted writes that no manifest
    // names and nobody touched for an hour, and empty folders; of downloads all files or none. Does
    // nothing when any manifest is unreadable. Returns how many files.
    [[nodiscard]] Result<int> prune() const;

private:
    Store(std::filesystem::path root, std::vector<std::filesystem::path> folders);
    std::optional<ManifestFile> locate(const ModelName& name) const;
    std::optional<ManifestFile> locate_read_only(const ModelName& name) const;  // hidden or not
    // The halves of public functions that run under a ChangeLock.
    [[nodiscard]] Result<void> put_manifest(const ModelName& name, std::string_view json,
                                            mode_t mode) const;
    [[nodiscard]] Result<int> unlink_unreferenced(std::span<const Digest> digests) const;
    [[nodiscard]] Result<void> check_blobs(const Manifest& manifest) const;
    std::filesystem::path blobs() const { return root_ / "blobs"; }
    std::filesystem::path manifests() const { return root_ / "manifests"; }

    std::filesystem::path root_;
    std::vector<std::filesystem::path> folders_;  // root first
    std::shared_ptr<HeldBlobs> held_ = std::make_shared<HeldBlobs>();
};

}  // namespace corral::store
