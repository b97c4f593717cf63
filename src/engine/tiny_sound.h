#pragma once

// Purpose: for tests: short sounds as files (WAV, 16 kHz, one channel, 16 bits).

#include <cstdint>
#include <string>

namespace corral::engine {

// What is heard depends on `seed`.
inline std::string tiny_sound(std::uint32_t n_samples, std::uint32_t seed) {
    std::string file = "RIFF";
    const auto put = [&file](std::uint32_t value, int n_bytes) {
        for (int i = 0; i < n_bytes; ++i) file += static_cast<char>(value >> 8 * i & 0xff);
    };
    put(36 + 2 * n_samples, 4);
    file += "WAVEfmt ";
    put(16, 4);
    put(1, 2);  // PCM
    put(1, 2);
    put(16000, 4);
    put(32000, 4);
    put(2, 2);
    put(16, 2);
    file += "data";
    put(2 * n_samples, 4);
    std::uint32_t state = seed * 2654435761U + 1;
    for (std::uint32_t i = 0; i < n_samples; ++i) {
        state = state * 1664525U + 1013904223U;
        put((state >> 16) / (1 + i % (seed + 2)), 2);
    }
    return file;
}

}  // namespace corral::engine
