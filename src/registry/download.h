#pragma once

// Purpose: one blob from a registry into <blob>-partial beside its place, in parts that survive any
// interruption.
//
// The state of each part stands in <blob>-partial-<n>, in upstream's form, so that either program
// goes on with what the other left. While one server writes there, others on the same folder wait,
// and find the blob in its place or go on where the other ended. Parts come in streams beside each
// other, each in a thread of its own; one more stream begins every half second, up to sixteen, so
// that a fast link brings the parts in their order, and the digest, which is computed behind the
// streams, can follow. A part that gets no bytes for half a minute is asked for again; one that
// fails, six times at most. Parts come from the blob's direct URL (registry/direct_url.h), which is
// asked for once, and again by those that it refuses: such URLs expire. Memory: a piece of 64 KiB
// for each stream, 1 MiB for the digest. Blocks. Errors: those of Session; io (with path and cause;
// the disk is full); corrupt (the registry's size is not the manifest's); cancelled. What was
// fetched stays, whatever happens. Source: storage-registry.md 11.3, 11.4.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/guarded.h"
#include "registry/retry.h"
#include "registry/session.h"
#include "store/store.h"

namespace corral::registry {

struct Part {
    std::int64_t n = 0;
    std::int64_t offset = 0;
    std::int64_t size_bytes = 0;
    std::int64_t completed_bytes = 0;

    bool operator==(const Part&) const = default;
};

// A sixteenth each, at least 100 MB and at most 1000 MB; the last is shorter.
std::vector<Part> make_parts(std::int64_t total_bytes);
std::string to_json(const Part& part);  // with the trailing newline
[[nodiscard]] Result<Part> parse_part(std::string_view json);
// Whether the parts, in order, cover exactly `total_bytes`.
bool covers(const std::vector<Part>& parts, std::int64_t total_bytes);

using OnBytes = std::function<void(std::int64_t completed_bytes)>;

class Download {
public:
    // `session` is copied, `blobs` is the folder of blobs. Ends as soon as `is_cancelled` says so.
    Download(const Session& session, IsCancelled is_cancelled, const std::filesystem::path& blobs,
             const store::Layer& layer);
    Download(const Download&) = delete;
    Download& operator=(const Download&) = delete;
    ~Download();

    // Until the partial file is complete, or the blob is there.
    [[nodiscard]] Result<void> run();
    // How much of the blob is there. Threads: any.
    std::int64_t completed_bytes();
    // After run(): the file's digest must be the layer's. Then it becomes the blob, else it is
    // removed.
    [[nodiscard]] Result<void> verify_and_commit();

private:
    class Stream;
    struct Work {
        std::vector<Part> parts;
        std::size_t next = 0;  // the first part that no stream has taken
        int n_streams = 0;     // that run
        bool has_ended = false;
        std::optional<Error> failure;  // the first

        std::int64_t completed_bytes() const;
        std::int64_t contiguous_bytes() const;  // from the blob's begin
    };

    [[nodiscard]] Result<void> open_partial();
    // True once nobody else writes to the partial file; false when it has gone meanwhile.
    [[nodiscard]] Result<bool> lock_partial();
    bool has_blob() const;
    std::vector<Part> read_parts() const;
    [[nodiscard]] Result<std::vector<Part>> load_or_make_parts();
    [[nodiscard]] Result<void> check_size();
    [[nodiscard]] Result<void> save(const Part& part) const;
    [[nodiscard]] Result<void> fetch_parts();
    [[nodiscard]] Result<std::string> digest_behind_streams();
    std::int64_t wait_for_bytes_beyond(std::int64_t known_bytes);
    std::filesystem::path part_path(std::int64_t n) const;
    void forget_parts() const;

    Session session_;
    store::Layer layer_;
    std::string direct_url_;
    std::filesystem::path blob_;
    std::filesystem::path partial_;
    UniqueFd file_;                        // locked, where the file system has locks
    bool is_there_ = false;                // somebody else has brought the blob
    std::atomic<bool> stops_ = false;      // a stream has failed, or nobody wants the blob
    std::atomic<bool> has_ranges_ = true;  // of the registry, until it answers without
    Guarded<Work> work_;
    std::condition_variable changed_;  // a stream has ended
    std::condition_variable arrived_;  // bytes have come, or the last
    Result<std::string> digest_hex_;
    std::jthread digester_;  // sets digest_hex_
};

}  // namespace corral::registry
