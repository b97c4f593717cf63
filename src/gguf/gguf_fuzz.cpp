// Any bytes: no crash, no endless loop, no memory beyond what the bytes justify, and no tensor
// outside of them; estimates of what they claim stay within bounds.

#include <cstddef>
#include <cstdint>

#include "gguf/gguf.h"
#include "gguf/memory_plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using corral::gguf::ReadMode;
    const std::span<const char> bytes(reinterpret_cast<const char*>(data), size);
    for (const ReadMode mode :
         {ReadMode::summary, ReadMode::header, ReadMode::vocabulary, ReadMode::full}) {
        const auto file = corral::gguf::parse(bytes, mode);
        if (!file) continue;
        for (const auto& tensor : file->tensors())
            if (tensor.offset > size || tensor.size_bytes > size - tensor.offset) __builtin_trap();
        const auto shape = corral::gguf::model_shape(*file);
        const auto estimate = corral::gguf::estimate_memory(shape, {.n_ctx = 1 << 30});
        if (estimate.total() < 0) __builtin_trap();
    }
    return 0;
}
