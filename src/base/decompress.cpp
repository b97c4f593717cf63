#include "base/decompress.h"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>

namespace corral {
namespace {

constexpr int kMaxWindowLog = 23;  // 8 MiB

struct FreeContext {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::unexpected<Error> bad_zstd(std::string_view why) {
    return fail(Error{
        ErrorCode::invalid, fmt::format("the compressed data cannot be read: {}", why), {}, 400});
}

}  // namespace

Result<std::string> decompress_zstd(std::string_view compressed, std::size_t max_bytes) {
    const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    if (context == nullptr) return fail(ErrorCode::no_memory, "no memory to decompress");
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
    std::string text;
    std::string piece(ZSTD_DStreamOutSize(), '\0');
    ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
    std::size_t n_missing = 0;  // of the frame; 0 at its end
    bool is_full = false;       // there may be more than fitted into the piece
    while (in.pos < in.size || is_full) {
        ZSTD_outBuffer out{piece.data(), piece.size(), 0};
        n_missing = ZSTD_decompressStream(context.get(), &out, &in);
        if (ZSTD_isError(n_missing)) return bad_zstd(ZSTD_getErrorName(n_missing));
        if (out.pos > max_bytes - text.size()) {
            return bad_zstd(fmt::format("it has more than {} bytes", max_bytes));
        }
        text.append(piece, 0, out.pos);
        is_full = out.pos == out.size && n_missing != 0;
    }
    if (n_missing != 0) return bad_zstd("it ends too early");
    return text;
}

}  // namespace corral
