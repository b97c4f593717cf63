// Any bytes as a Modelfile and as a template: no crash, and a Modelfile that is written can be
// read.

#include <cstddef>
#include <cstdint>

#include "models/modelfile.h"
#include "models/template_choice.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace corral::models;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const bool is_sound = check_template(text).has_value();
    if (!is_sound && !go_capabilities(text).empty()) __builtin_trap();
    if (const auto commands = parse_modelfile(text)) {
        (void)interpret_modelfile(*commands);
        (void)parse_modelfile(write_modelfile(*commands));
    }
    return 0;
}
