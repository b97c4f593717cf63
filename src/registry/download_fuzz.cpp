// Any bytes as the state of a part: no crash, and what is read is written so that it reads the same
// and makes sense.

#include <cstddef>
#include <cstdint>

#include "registry/download.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace corral::registry;
    const auto part = parse_part({reinterpret_cast<const char*>(data), size});
    if (!part) return 0;
    if (part->completed_bytes > part->size_bytes || part->offset < 0) __builtin_trap();
    const auto again = parse_part(to_json(*part));
    if (!again || *again != *part) __builtin_trap();
    (void)covers({*part}, part->size_bytes);
    return 0;
}
