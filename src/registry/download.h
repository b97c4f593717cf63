#pragma once

// Purpose: one blob from a registry into <blob>-partial beside its place, in parts that survive any
// interruption.
//
// The state of each part stands in <blob>-partial-<n>, in upstream's form, so that either program
// goes on with what the other left. Parts come one after the other. Blocks. Errors: those of
// Session; io (with path and cause; the disk is full); corrupt (the registry's size is not the
// manifest's); cancelled. What was fetched stays, whatever happens.
// Source: storage-registry.md 11.3, 11.4.

#include <functional>
#include <vector>

#include "base/files.h"
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
    // `blobs` is the folder of blobs. All outlive the download.
    Download(Session& session, const std::filesystem::path& blobs, const store::Layer& layer);

    // Until the partial file is complete; its bytes are not checked yet.
    [[nodiscard]] Result<void> run(const OnBytes& on_bytes, const IsCancelled& is_cancelled);
    // Reads the partial file again; its digest must be the layer's. Then it becomes the blob, else
    // it is removed.
    [[nodiscard]] Result<void> verify_and_commit(const IsCancelled& is_cancelled);

private:
    [[nodiscard]] Result<void> load_or_make_parts();
    [[nodiscard]] Result<void> check_size();
    [[nodiscard]] Result<void> save(const Part& part) const;
    [[nodiscard]] Result<void> fetch(Part& part, const OnBytes& on_bytes,
                                     const IsCancelled& is_cancelled);
    [[nodiscard]] Result<void> fetch_once(Part& part, const OnBytes& on_bytes,
                                          const IsCancelled& is_cancelled);
    [[nodiscard]] Result<std::string> digest_of_partial(const IsCancelled& is_cancelled) const;
    std::filesystem::path part_path(std::int64_t n) const;
    std::int64_t completed_bytes() const;
    void forget_parts();

    Session& session_;
    store::Layer layer_;
    std::filesystem::path blob_;
    std::filesystem::path partial_;
    std::vector<Part> parts_;
    UniqueFd file_;
};

}  // namespace corral::registry
