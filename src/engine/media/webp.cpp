#include "engine/media/webp.h"

#include <webp/decode.h>

namespace corral::engine {
namespace {

std::unexpected<Error> webp_error(std::string_view why) {
    return fail(Error{ErrorCode::invalid, fmt::format("decode WebP image: {}", why), {}, 500});
}

std::string_view reason(VP8StatusCode status) {
    switch (status) {
        case VP8_STATUS_OUT_OF_MEMORY:
            return "out of memory";
        case VP8_STATUS_UNSUPPORTED_FEATURE:
            return "a feature that is not supported";
        case VP8_STATUS_NOT_ENOUGH_DATA:
            return "unexpected EOF";
        default:
            return "invalid format";
    }
}

}  // namespace

Result<RgbImage> decode_webp(std::string_view bytes) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    WebPBitstreamFeatures features;
    const VP8StatusCode status = WebPGetFeatures(data, bytes.size(), &features);
    if (status != VP8_STATUS_OK) return webp_error(reason(status));
    if (features.has_animation != 0) return webp_error("animations are not supported");
    RgbImage image{static_cast<std::uint32_t>(features.width),
                   static_cast<std::uint32_t>(features.height),
                   {}};
    const int stride = 3 * features.width;
    image.pixels.resize(static_cast<std::size_t>(stride) * image.height);
    if (WebPDecodeRGBInto(data, bytes.size(), image.pixels.data(), image.pixels.size(), stride) ==
        nullptr) {
        return webp_error("invalid format");
    }
    return image;
}

}  // namespace corral::engine
