#include "parse/output_parser.h"

#include <algorithm>

namespace corral::parse {

std::size_t overlap(std::string_view text, std::string_view word) {
    if (word.empty()) return 0;
    std::size_t n = std::min(word.size() - 1, text.size());
    while (n > 0 && !text.ends_with(word.substr(0, n))) --n;
    return n;
}

}  // namespace corral::parse
