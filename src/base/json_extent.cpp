#include "base/json_extent.h"

#include <algorithm>

namespace corral {

JsonExtent json_extent(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            if (--depth <= 0) return {i + 1, deepest};
        }
    }
    return {text.size(), deepest};
}

}  // namespace corral
