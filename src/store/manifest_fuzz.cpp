// Any bytes as a manifest: no crash, and what is read is written so that it reads the same.

#include <cstddef>
#include <cstdint>

#include "store/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using corral::store::Manifest;
    const auto manifest = Manifest::parse({reinterpret_cast<const char*>(data), size});
    if (!manifest) return 0;
    const std::string json = manifest->to_json();
    const auto again = Manifest::parse(json);
    if (!again || again->to_json() != json) __builtin_trap();
    return 0;
}
