#pragma once

// Purpose: one blob to a registry, in parts of the size that downloads have.
//
// Every part says where the next one goes; a registry may ask for its bytes at another host, which
// then gets them without the token. Blocks. Errors: as push(). Source: storage-registry.md 12.2.

#include <filesystem>

#include "base/files.h"
#include "registry/download.h"
#include "registry/session.h"

namespace corral::registry {

class Upload {
public:
    Upload(Session& session, const std::filesystem::path& blob, const store::Layer& layer);

    // `begun` is the answer that opened the upload.
    [[nodiscard]] Result<void> run(const http::ClientResponse& begun, const OnBytes& on_bytes,
                                   const IsCancelled& is_cancelled);

private:
    [[nodiscard]] Result<void> send_part(const Part& part, const OnBytes& on_bytes,
                                         const IsCancelled& is_cancelled);
    [[nodiscard]] Result<void> try_part(const Part& part, const Body& body);
    [[nodiscard]] Result<void> commit(std::size_t n_parts, const IsCancelled& is_cancelled);
    [[nodiscard]] Result<void> take_next_url(const http::ClientResponse& response);

    Session& session_;
    std::filesystem::path path_;
    store::Layer layer_;
    UniqueFd file_;
    std::string url_;
    std::string part_digests_;  // raw MD5s, one after the other
};

}  // namespace corral::registry
