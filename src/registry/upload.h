#pragma once

// Purpose: one blob to a registry, in parts of the size that downloads have.
//
// Every part says where the next one goes; a registry may ask for its bytes at another host, which
// then gets them without the token. After a failure the registry is asked how far it got, and gets
// the rest; when it has forgotten the upload, it gets everything again. Six failures in a row, none
// of which got further, are the end. Blocks. Errors: as push(). Source: storage-registry.md 12.2;
// the question is that of the OCI distribution specification, 1.1, "Pushing a blob in chunks".

#include <filesystem>
#include <optional>

#include "base/files.h"
#include "registry/download.h"
#include "registry/session.h"

namespace corral::registry {

class Upload {
public:
    Upload(Session& session, const std::filesystem::path& blob, const store::Layer& layer);

    // The registry may also take the blob from another of its repositories: then nothing is sent.
    [[nodiscard]] Result<void> run(const OnBytes& on_bytes);

private:
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> send_rest_of(const Part& part, const OnBytes& on_bytes);
    [[nodiscard]] Result<void> put_directly(const std::string& url, const Body& body);
    [[nodiscard]] Result<void> ask_how_far();
    [[nodiscard]] Result<void> recover_from(const Error& error);
    [[nodiscard]] Result<void> commit(const std::vector<Part>& parts);
    [[nodiscard]] Result<void> take_next_url(const http::ClientResponse& response);

    Session& session_;
    std::filesystem::path path_;
    store::Layer layer_;
    UniqueFd file_;
    std::string url_;
    bool is_mounted_ = false;
    std::int64_t sent_bytes_ = 0;      // that the registry has, as far as known
    std::int64_t furthest_bytes_ = 0;  // that it ever had
    int n_failures_ = 0;               // since it got that far
    int refusal_status_ = 0;           // of the last part; 0 when it was not answered
};

// How many bytes a registry has by its answer's Range header, `0-<last>`; nothing when it does not
// say. `0-0` is none: registries say so of uploads just begun.
std::optional<std::int64_t> bytes_in_range(std::string_view range);

}  // namespace corral::registry
