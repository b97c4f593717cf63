#pragma once

// Purpose: for tests: small images as files, of a format simple enough to write here (BMP).

#include <cstdint>
#include <string>

namespace corral::engine {

// 24-bit BMP; what is seen depends on `seed`.
inline std::string tiny_image(std::uint32_t width, std::uint32_t height, std::uint32_t seed) {
    const std::uint32_t row_bytes = (3 * width + 3) / 4 * 4;
    std::string file = "BM";
    const auto put = [&file](std::uint32_t value, int n_bytes) {
        for (int i = 0; i < n_bytes; ++i) file += static_cast<char>(value >> 8 * i & 0xff);
    };
    put(54 + row_bytes * height, 4);
    put(0, 4);
    put(54, 4);  // where the pixels begin
    put(40, 4);
    put(width, 4);
    put(height, 4);
    put(1, 2);   // plane
    put(24, 2);  // bits a pixel
    for (int i = 0; i < 6; ++i) put(0, 4);
    std::uint32_t state = seed * 2654435761U + 1;
    for (std::uint32_t i = 0; i < row_bytes * height; ++i) {
        state = state * 1664525U + 1013904223U;
        put(state >> 24, 1);
    }
    return file;
}

}  // namespace corral::engine
