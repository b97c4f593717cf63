// Feeds arbitrary bytes as a JSON schema. What is found safe stays so when looked at again.

#include <cstdint>
#include <cstdlib>

#include "parse/grammar.h"
#include "parse/json_schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using corral::parse::bounded_schema;
    const auto bounded = bounded_schema({reinterpret_cast<const char*>(data), size});
    if (!bounded) return 0;
    const auto again = bounded_schema(bounded->json);
    if (!again || again->json != bounded->json || !again->stand_ins.empty()) std::abort();
    for (const auto& number : bounded->stand_ins) {
        if (!corral::parse::Grammar::parse("root ::= " + number.rule)) std::abort();
    }
    return 0;
}
