#pragma once

// Purpose: finds PNG files whose compressed data is a bomb: a few kilobytes that inflate to
// gigabytes, whatever size of image the header promises. Decoders inflate first and look later.
//
// The data is inflated piece by piece and thrown away, which takes a tenth of the time of decoding.
// The door to zlib.

#include <string_view>

namespace corral::engine {

// Whether the data inflates to more than twice what an image of the header's size and kind has.
// `bytes` begin with a PNG's signature and header.
bool inflates_too_far(std::string_view bytes);

}  // namespace corral::engine
