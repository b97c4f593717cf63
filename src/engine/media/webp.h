#pragma once

// Purpose: WebP images to pixels, which llama.cpp's own image reader does not do. The door to
// libwebp.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::engine {

struct RgbImage {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::uint8_t> pixels;  // [height][width][3]; what was transparent is on black
};

// The caller has bounded the size. Of an animation, which libwebp's simple interface does not read,
// and of broken files: status 500 and `decode WebP image: …` (native-api.md 5.3).
[[nodiscard]] Result<RgbImage> decode_webp(std::string_view bytes);

}  // namespace corral::engine
