// Any bytes as a Go template, run on a small conversation: no crash, no hang, bounded output.

#include <cstddef>
#include <cstdint>

#include "prompt/go/limits.h"
#include "prompt/go/template.h"

namespace {

using namespace corral::prompt::go;

Value conversation() {
    const auto message = [](const char* role, const char* content) {
        return Value(Map::sorted(kAnyMap, {{"Role", Value::borrowed(role)},
                                           {"Content", Value::borrowed(content)},
                                           {"Images", make_list(kAnyList, {})}}));
    };
    return Value(Map::sorted(
        kAnyMap,
        {{"System", Value::borrowed("<Sys & 'tem'>")},
         {"Prompt", Value::borrowed("h\xc3\xa9llo")},
         {"N", Value(std::int64_t{3})},
         {"Pi", Value(3.25)},
         {"Nil", Value::nil()},
         {"Messages", make_list(kAnyList, {message("user", "a"), message("tool", "b")})}}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = Template::parse(std::string(reinterpret_cast<const char*>(data), size));
    if (!parsed) return 0;
    const auto text = parsed->render(conversation());
    if (text && text->size() > kMaxOutputBytes) __builtin_trap();
    (void)parsed->render_until(size / 2, conversation());
    return 0;
}
