#include "serve/image_hosts.h"

#include <algorithm>

#include "api/common/image_url.h"
#include "base/text.h"
#include "registry/challenge.h"
#include "serve/host_check.h"

namespace corral::serve {

namespace {

// What readers of URLs might not agree upon: users, backslashes, blanks, other than ASCII.
bool is_plain_url(std::string_view url) {
    return std::ranges::all_of(
        url, [](char c) { return c > 0x20 && c < 0x7F && c != '\\' && c != '@'; });
}

}  // namespace

ImageHosts::ImageHosts(std::vector<std::string> listed) {
    for (const auto& host : listed) {
        if (const auto plain = trim(host); !plain.empty()) listed_.push_back(lower(plain));
    }
}

bool ImageHosts::lists(std::string_view authority) const {
    return std::ranges::find(listed_, authority) != listed_.end() ||
           std::ranges::find(listed_, without_port(authority)) != listed_.end();
}

std::optional<registry::Reach> ImageHosts::nearest(std::string_view url) const {
    if (!api::is_web_url(url) || !is_plain_url(url)) return std::nullopt;
    const auto authority = lower(registry::host_of(url));
    const bool is_address = registry::reach_of_host(authority).has_value();
    if (lists(authority)) return is_address ? registry::Reach::machine : registry::Reach::internet;
    if (lists("*")) return registry::Reach::internet;
    return std::nullopt;
}

}  // namespace corral::serve
