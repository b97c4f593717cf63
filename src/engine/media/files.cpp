#include "engine/media/files.h"

#include "base/hash.h"
#include "engine/media/png.h"
#include "engine/media/webp.h"
#include "mtmd-helper.h"
#include "parse/media_header.h"
#include "parse/sound_length.h"

namespace corral::engine {
namespace {

constexpr std::string_view kCannotLoad = "Failed to load image or audio file";

Error cannot_load(std::size_t number, std::string_view why) {
    return media_error(fmt::format("{}: number {} {}", kCannotLoad, number + 1, why));
}

[[nodiscard]] Result<void> check_file(std::size_t number, std::string_view bytes, Senses senses,
                                      std::uint64_t& n_pixels) {
    const auto refuse = [number](std::string_view why) { return fail(cannot_load(number, why)); };
    if (bytes.empty()) return refuse("is empty");
    const auto header = parse::read_media_header(bytes);
    if (!header) return refuse("is no PNG, JPEG, GIF, BMP, WebP, WAV, MP3 or FLAC file");
    if (header->is_sound() ? !senses.hears : !senses.sees) {
        return refuse(header->is_sound() ? "is a sound, which the model does not take"
                                         : "is an image, which the model does not take");
    }
    const std::size_t most_bytes = header->is_sound() ? kMaxSoundBytes : kMaxImageBytes;
    if (bytes.size() > most_bytes) {
        return refuse(fmt::format("has more than {} MiB", most_bytes >> 20));
    }
    if (header->is_sound()) {
        const auto seconds = parse::sound_seconds(bytes);
        if (!seconds) return refuse("is a sound that does not say how long it is");
        if (*seconds > kMaxSoundSeconds) {
            return refuse(fmt::format("is longer than {} minutes", kMaxSoundSeconds / 60));
        }
    }
    n_pixels += header->n_pixels();
    if (header->n_pixels() > kMaxImagePixels) {
        return refuse(fmt::format("has {} x {} pixels, more than {} million", header->width,
                                  header->height, kMaxImagePixels / 1000000));
    }
    if (header->format == parse::MediaFormat::png && inflates_too_far(bytes)) {
        return refuse("holds far more data than its size needs");
    }
    if (n_pixels > kMaxRequestPixels) {
        return refuse(fmt::format("brings the images to more than {} million pixels together",
                                  kMaxRequestPixels / 1000000));
    }
    return {};
}

}  // namespace

Error media_error(std::string_view message) {
    return {
        ErrorCode::invalid,
        fmt::format(R"({{"error":{{"code":400,"message":"{}","type":"invalid_request_error"}}}})",
                    message),
        {},
        400};
}

Error no_media_in_texts() {
    return media_error("Multimodal data provided, but model does not support multimodal requests.");
}

Result<void> check_media(const std::vector<std::string_view>& files, Senses senses) {
    if (files.size() > kMaxMedia) {
        return fail(media_error(fmt::format("{}: {} files, more than {} in one request",
                                            kCannotLoad, files.size(), kMaxMedia)));
    }
    std::uint64_t n_pixels = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        CORRAL_CHECK(check_file(i, files[i], senses, n_pixels));
    }
    return {};
}

Result<mtmd::bitmap_ptr> decode_media(const mtmd_context* projector, std::string_view bytes) {
    const auto header = parse::read_media_header(bytes);
    mtmd::bitmap_ptr bitmap;
    if (header && header->format == parse::MediaFormat::webp) {
        CORRAL_TRY(const RgbImage image, decode_webp(bytes));
        bitmap.reset(mtmd_bitmap_init(image.width, image.height, image.pixels.data()));
    } else {
        const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
        bitmap.reset(mtmd_helper_bitmap_init_from_buf(projector, data, bytes.size(), false,
                                                      mtmd_helper_init_opt_default())
                         .bitmap);
    }
    if (bitmap == nullptr) return fail(media_error(kCannotLoad));
    mtmd_bitmap_set_id(bitmap.get(), sha256_hex(bytes).c_str());
    return bitmap;
}

}  // namespace corral::engine
