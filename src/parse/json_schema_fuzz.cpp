// Feeds arbitrary bytes as a JSON schema. What is found safe stays so when looked at again.

#include <cstdint>
#include <cstdlib>

#include "parse/json_schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using corral::parse::bounded_schema;
    const auto bounded = bounded_schema({reinterpret_cast<const char*>(data), size});
    if (bounded && bounded_schema(*bounded).value_or({}) != *bounded) std::abort();
    return 0;
}
