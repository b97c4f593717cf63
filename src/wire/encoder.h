#pragma once

// Purpose: writes the `fields` of messages as bytes; the format is described in codec.h. Internal
// to wire/.

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace corral::wire {

class Encoder {
public:
    // Appends to `out`, which outlives the encoder.
    explicit Encoder(std::string& out) : out_(out) {}

    template <class... T>
    void operator()(const T&... values) {
        (put(values), ...);
    }

private:
    template <class T>
    void put(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            put_byte(value ? 1 : 0);
        } else if constexpr (std::is_enum_v<T>) {
            put_varint(static_cast<std::uint64_t>(value));
        } else if constexpr (std::is_integral_v<T>) {
            put_varint(zig_zag(static_cast<std::int64_t>(value)));
        } else if constexpr (std::is_same_v<T, float>) {
            put_little_endian(std::bit_cast<std::uint32_t>(value));
        } else if constexpr (std::is_same_v<T, double>) {
            put_little_endian(std::bit_cast<std::uint64_t>(value));
        } else {
            // Encoding only reads, but a message lists its fields once, for reading and writing.
            const_cast<T&>(value).fields(*this);
        }
    }

    void put(const std::string& text) {
        put_varint(text.size());
        out_ += text;
    }

    template <class T>
    void put(const std::vector<T>& values) {
        put_varint(values.size());
        for (const T& value : values) put(value);
    }

    void put(const std::vector<float>& values) {
        put_varint(values.size());
        if constexpr (std::endian::native == std::endian::little) {
            out_.append(reinterpret_cast<const char*>(values.data()),
                        values.size() * sizeof(float));
        } else {
            for (float value : values) put(value);
        }
    }

    template <class T>
    void put(const std::optional<T>& value) {
        put(value.has_value());
        if (value) put(*value);
    }

    template <class... T>
    void put(const std::variant<T...>& value) {
        put_varint(value.index());
        std::visit([this](const auto& alternative) { this->put(alternative); }, value);
    }

    void put_byte(std::uint8_t byte) { out_.push_back(static_cast<char>(byte)); }

    void put_varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) put_byte(static_cast<std::uint8_t>(value | 0x80));
        put_byte(static_cast<std::uint8_t>(value));
    }

    template <class Unsigned>
    void put_little_endian(Unsigned value) {
        for (std::size_t i = 0; i < sizeof value; ++i) {
            put_byte(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    }

    // Small magnitudes of either sign become small numbers.
    static std::uint64_t zig_zag(std::int64_t value) {
        return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    }

    std::string& out_;
};

}  // namespace corral::wire
