#include "api/common/image_url.h"

#include "base/text.h"

namespace corral::api {

namespace {

constexpr std::string_view kAwaited = "\x01image at ";

}  // namespace

bool is_web_url(std::string_view url) {
    return starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
}

std::string image_at(std::string_view url) {
    return std::string(kAwaited).append(url);
}

std::optional<std::string_view> awaited_url(std::string_view image) {
    if (!image.starts_with(kAwaited)) return std::nullopt;
    return image.substr(kAwaited.size());
}

}  // namespace corral::api
