// Any bytes: no crash, no endless loop, no memory beyond what the bytes justify, and no tensor
// outside of them.

#include <cstddef>
#include <cstdint>

#include "gguf/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using corral::gguf::ReadMode;
    const std::span<const char> bytes(reinterpret_cast<const char*>(data), size);
    for (const ReadMode mode : {ReadMode::summary, ReadMode::header, ReadMode::full}) {
        const auto file = corral::gguf::parse(bytes, mode);
        if (!file) continue;
        for (const auto& tensor : file->tensors())
            if (tensor.offset > size || tensor.size_bytes > size - tensor.offset) __builtin_trap();
    }
    return 0;
}
