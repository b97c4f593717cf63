#include "base/base64.h"

#include <array>
#include <cstdint>

namespace corral {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNotInAlphabet = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNotInAlphabet);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}
constexpr auto kValues = make_values();

// Reads the text four characters at a time. Positions in errors count the skipped line breaks too.
class Decoder {
public:
    explicit Decoder(std::string_view text) : text_(text) {}

    Result<std::string> run() {
        output_.reserve(text_.size() / 4 * 3);
        bool more = true;
        while (more) {
            CORRAL_TRY(more, quantum());
        }
        return std::move(output_);
    }

private:
    // Decodes one group; false at the end of the text or after padding.
    Result<bool> quantum() {
        std::uint32_t bits = 0;
        for (int n = 0; n < 4; ++n) {
            skip_line_breaks();
            if (at_ == text_.size()) {
                if (n == 0) return false;
                return illegal(at_ - static_cast<std::size_t>(n));
            }
            const char c = text_[at_++];
            if (c == '=') return padding(n, bits);
            const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
            if (value == kNotInAlphabet) return illegal(at_ - 1);
            bits = bits << 6 | value;
        }
        append(bits, 3);
        return true;
    }

    // A group of `n` characters ends with the '=' just read.
    Result<bool> padding(int n, std::uint32_t bits) {
        if (n < 2) return illegal(at_ - 1);
        skip_line_breaks();
        if (n == 2) {
            if (at_ == text_.size()) return illegal(text_.size());
            if (text_[at_] != '=') return illegal(at_ - 1);
            ++at_;
            skip_line_breaks();
        }
        if (at_ != text_.size()) return illegal(at_);
        append(bits << 6 * (4 - n), n - 1);
        return false;
    }

    // `bits` holds a full group of 24; its first `n` bytes are output.
    void append(std::uint32_t bits, int n) {
        for (int i = 0; i < n; ++i) output_.push_back(static_cast<char>(bits >> (16 - 8 * i)));
    }

    void skip_line_breaks() {
        while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
    }

    static std::unexpected<Error> illegal(std::size_t position) {
        return fail(ErrorCode::invalid, "illegal base64 data at input byte {}", position);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string output_;
};

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::string_view group = bytes.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text.push_back(k <= group.size() ? kAlphabet[bits >> (18 - 6 * k) & 63] : '=');
        }
    }
    return text;
}

Result<std::string> base64_decode(std::string_view text) {
    return Decoder(text).run();
}

}  // namespace corral
