// Decompresses arbitrary bytes. What comes out keeps to its bound.

#include <cstdint>
#include <cstdlib>

#include "base/decompress.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMost = 1 << 16;
    const auto text = corral::decompress_zstd({reinterpret_cast<const char*>(data), size}, kMost);
    if (text && text->size() > kMost) std::abort();
    return 0;
}
