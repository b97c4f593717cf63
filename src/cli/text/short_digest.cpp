#include "cli/text/short_digest.h"

namespace corral::cli {

std::string short_digest(std::string_view digest) {
    constexpr std::string_view kPrefix = "sha256:";
    constexpr std::size_t kCharacters = 12;
    if (digest.starts_with(kPrefix)) digest.remove_prefix(kPrefix.size());
    return std::string(digest.substr(0, kCharacters));
}

}  // namespace corral::cli
