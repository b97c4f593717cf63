// Feeds bytes to the reader of multipart bodies: the first line is the Content-Type, the rest the
// body. What comes back must lie inside the body.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of the exact size, so that a read past the end is seen.
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string_view view = text;
    const auto line_end = std::min(view.find('\n'), view.size());
    const auto body = view.substr(std::min(line_end + 1, view.size()));
    (void)corral::http::query_value(body, "model");
    const auto fields = corral::http::read_multipart(view.substr(0, line_end), body);
    if (!fields) return 0;
    for (const auto& field : *fields) {
        const bool is_inside = field.value.data() >= body.data() &&
                               field.value.data() + field.value.size() <= body.data() + body.size();
        if (!is_inside) std::abort();
    }
    return 0;
}
