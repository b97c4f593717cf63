#include "engine/media/png.h"

#include <zlib.h>

#include <array>
#include <cstdint>

namespace corral::engine {
namespace {

constexpr std::size_t kWidthAt = 16;
constexpr std::size_t kHeightAt = 20;
constexpr std::size_t kDepthAt = 24;
constexpr std::size_t kFirstChunkAt = 8;
constexpr std::size_t kChunkHeadBytes = 8;  // length, kind; a checksum of four stands behind
constexpr std::uint64_t kSpareBytes = 1 << 16;

std::uint64_t byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 24 | byte_at(bytes, at + 1) << 16 | byte_at(bytes, at + 2) << 8 |
           byte_at(bytes, at + 3);
}

// Twice the rows with four values a pixel; interlaced images have a little more than one row each.
std::uint64_t most_bytes(std::string_view bytes) {
    const std::uint64_t row = number_at(bytes, kWidthAt) * 4 * byte_at(bytes, kDepthAt) / 8 + 2;
    return 2 * row * number_at(bytes, kHeightAt) + kSpareBytes;
}

class Inflater {
public:
    Inflater() { is_open_ = inflateInit(&stream_) == Z_OK; }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // Inflates until the data ends, is damaged, or has become more than `most` bytes.
    void add(std::string_view data, std::uint64_t most) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // only read
        stream_.avail_in = static_cast<uInt>(data.size());
        while (is_open_ && stream_.avail_in > 0 && stream_.total_out <= most) {
            stream_.next_out = discarded_.data();
            stream_.avail_out = static_cast<uInt>(discarded_.size());
            is_open_ = inflate(&stream_, Z_NO_FLUSH) == Z_OK;
        }
    }
    std::uint64_t n_bytes() const { return stream_.total_out; }

private:
    z_stream stream_{};
    bool is_open_ = false;
    std::array<Bytef, std::size_t{1} << 16> discarded_{};
};

}  // namespace

bool inflates_too_far(std::string_view bytes) {
    const std::uint64_t most = most_bytes(bytes);
    Inflater inflater;
    for (std::uint64_t at = kFirstChunkAt; at + kChunkHeadBytes < bytes.size();) {
        const std::uint64_t length = number_at(bytes, at);
        const std::string_view data = bytes.substr(at + kChunkHeadBytes, length);
        if (bytes.substr(at + 4, 4) == "IDAT") inflater.add(data, most);
        at += kChunkHeadBytes + length + 4;
    }
    return inflater.n_bytes() > most;
}

}  // namespace corral::engine
