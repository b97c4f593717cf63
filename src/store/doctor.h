#pragma once

// Purpose: examines a model folder for damage and moves what is damaged aside.
//
// Damage is what keeps a model from working or the store from being trusted: manifests that cannot
// be read, links, FIFOs and devices in the place of files, blobs whose content is not what their
// name says, blobs that are missing. Everything else (blobs nobody names, unfinished downloads,
// foreign files) is noted only: start-up housekeeping or a later pull takes care of it.
// Nothing is ever deleted: repair() renames into <folder>/corral-damaged, keeping the path below
// it.
//
// Threads: any; a server may use the folder meanwhile. Errors: not_found when there is no such
// folder, cancelled, io. Source: storage-registry.md 3, 4, 8.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::store {

struct Finding {
    enum class Kind {
        // Damage.
        bad_manifest,  // unreadable, or not where a manifest can be
        not_a_file,    // a link, FIFO, socket or device
        bad_blob,      // its content has another digest
        missing_blob,  // `path` is the manifest that names it
        wrong_size,    // a manifest (`path`) gives another size than the blob has
        // Notes.
        orphan,    // a blob no manifest of this folder names
        leftover,  // of a download or another interrupted write
        stray,     // a foreign file among the blobs
    };
    Kind kind;
    std::filesystem::path path;
    std::string text;  // what is wrong, without the path
    std::uint64_t size_bytes = 0;

    bool is_damage() const { return kind <= Kind::wrong_size; }
    // Whether moving the file away helps.
    bool is_movable() const { return kind <= Kind::bad_blob; }
};

struct Examination {
    std::size_t n_models = 0;
    std::size_t n_blobs = 0;
    std::uint64_t blob_bytes = 0;
    std::vector<Finding> findings;        // damage first
    std::vector<std::string> incomplete;  // short names of models that lack a good blob
};

struct ExamineOptions {
    std::vector<std::filesystem::path> other_folders;  // where blobs may lie, too
    bool digests = true;  // false: read only those blobs whose size is suspicious
    // Called while blobs are read; false ends the examination.
    std::function<bool(std::uint64_t done_bytes, std::uint64_t total_bytes)> on_progress;
};

[[nodiscard]] Result<Examination> examine(const std::filesystem::path& folder,
                                          const ExamineOptions& options);

// Moves what is_movable() aside and gives where to, in the order of the findings.
[[nodiscard]] Result<std::vector<std::filesystem::path>> move_damage_aside(
    const std::filesystem::path& folder, const std::vector<Finding>& findings);

}  // namespace corral::store
