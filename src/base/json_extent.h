#pragma once

// Purpose: how long and how deep the JSON value is that a text begins with, found without parsing:
// only brackets and quotes are looked at. For texts from outside, before a parser gets them.

#include <cstddef>
#include <string_view>

namespace corral {

struct JsonExtent {
    std::size_t length = 0;  // bytes, up to the bracket that closes the first object or array; all
                             // of the text when none does, or it is something else
    int depth = 0;           // of the deepest bracket; 0 = none
};
JsonExtent json_extent(std::string_view text);

}  // namespace corral
