// Feeds arbitrary bytes, and the same behind each format's first bytes.

#include <cstdlib>
#include <string>

#include "parse/media_header.h"
#include "parse/sound_length.h"

namespace {

using namespace corral::parse;

void check(std::string_view bytes) {
    const auto header = read_media_header(bytes);
    if (!header) return;
    const bool has_size = header->width > 0 && header->height > 0;
    if (has_size == header->is_sound()) std::abort();
    const auto seconds = sound_seconds(bytes);
    if (seconds && (!header->is_sound() || !(*seconds > 0))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace std::string_view_literals;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    for (std::string_view front :
         {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv, "\xff\xd8\xff"sv, "GIF89a"sv, "BM"sv,
          "fLaC\0\0\0\x22"sv, "RIFF\0\0\0\0WEBPVP8X"sv, "RIFF\0\0\0\0WAVEfmt "sv}) {
        check(std::string(front).append(bytes));
    }
    return 0;
}
