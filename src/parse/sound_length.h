#pragma once

// Purpose: how long a sound is, by what its file says, before any decoder sees it: decoders
// allocate for all of it at once.
//
// WAV: the bytes of its data by those a second takes; the data must be there. FLAC: the samples of
// its STREAMINFO. MP3: its frames, counted; tags before, between and behind them are passed over.
// Source: RFC 2361, RFC 9639, ISO 11172-3 and 13818-3.

#include <optional>
#include <string_view>

namespace corral::parse {

// Seconds. Nothing when the bytes are no such sound, or do not say.
std::optional<double> sound_seconds(std::string_view bytes);

}  // namespace corral::parse
