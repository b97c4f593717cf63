#pragma once

// Purpose: from where images may be fetched that requests name by URL, and how near that may lie.
//
// The setting lists hosts, with or without port (`[::1]:80`, `::1`); `*` stands for all. Whatever a
// name stands for, it must lie on the internet: only an address that is itself listed as such
// (`10.0.0.7`, `localhost:8080`) may be nearer. So nobody who may ask this server questions gets it
// to open connections into its own network, whoever owns the names.
//
// Pure decisions. Source: openai-anthropic-api.md 15.2.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/reach.h"

namespace corral::serve {

class ImageHosts {
public:
    explicit ImageHosts(std::vector<std::string> listed);  // CORRAL_IMAGE_HOSTS

    bool none() const { return listed_.empty(); }
    // How near the host of `url` may lie; nothing when it must not be asked, or `url` is none.
    std::optional<registry::Reach> nearest(std::string_view url) const;

private:
    bool lists(std::string_view authority) const;

    std::vector<std::string> listed_;  // lower case
};

}  // namespace corral::serve
