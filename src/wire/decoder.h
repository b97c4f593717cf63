#pragma once

// Purpose: reads the `fields` of messages from bytes that are not trusted; the format is described
// in codec.h. Internal to wire/.
//
// Errors: after the first byte that does not fit, everything further reads as its default value and
// `error()` tells what was wrong. Memory: elements are made as their bytes arrive, and what they
// take is charged to a budget, so a frame of many empty elements cannot become a hundred times its
// size.

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "wire/event.h"
#include "wire/request.h"

namespace corral::wire {

// The last enumerator of every enum that travels.
constexpr DoneReason last_of(DoneReason) {
    return DoneReason::context_full;
}
constexpr Thinking last_of(Thinking) {
    return Thinking::max;
}
constexpr TemplateLanguage last_of(TemplateLanguage) {
    return TemplateLanguage::go;
}
constexpr ToolChoice last_of(ToolChoice) {
    return ToolChoice::required;
}
constexpr Format::Kind last_of(Format::Kind) {
    return Format::Kind::schema;
}
constexpr ErrorCode last_of(ErrorCode) {
    return ErrorCode::internal;
}

class Decoder {
public:
    explicit Decoder(std::span<const char> bytes)
        : rest_(bytes), budget_bytes_(kSpareBytes + kBytesPerByte * bytes.size()) {}

    template <class... T>
    void operator()(T&... values) {
        (get(values), ...);
    }

    // Empty when everything so far was good. Call `finish` first to have trailing bytes refused.
    std::string_view error() const { return error_; }
    void finish() {
        if (!rest_.empty()) refuse("bytes after the message");
    }

private:
    static constexpr std::size_t kSpareBytes = std::size_t{64} << 20;
    static constexpr std::size_t kBytesPerByte = 4;

    template <class T>
    void get(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            const std::uint8_t byte = get_byte();
            if (byte > 1) refuse("a truth value other than 0 and 1");
            value = byte == 1;
        } else if constexpr (std::is_enum_v<T>) {
            get_enum(value);
        } else if constexpr (std::is_integral_v<T>) {
            get_integer(value);
        } else if constexpr (std::is_same_v<T, float>) {
            value = std::bit_cast<float>(get_little_endian<std::uint32_t>());
        } else if constexpr (std::is_same_v<T, double>) {
            value = std::bit_cast<double>(get_little_endian<std::uint64_t>());
        } else {
            value.fields(*this);
        }
    }

    template <class E>
    void get_enum(E& value) {
        const std::uint64_t number = get_varint();
        if (number > static_cast<std::uint64_t>(last_of(value))) {
            refuse("an enumeration value that does not exist");
        } else {
            value = static_cast<E>(number);
        }
    }

    template <class Integer>
    void get_integer(Integer& value) {
        const std::int64_t number = un_zig_zag(get_varint());
        // 64-bit unsigned values use all bits; narrower types must fit.
        if constexpr (sizeof(Integer) < sizeof number) {
            if (!std::in_range<Integer>(number)) return refuse("a number that is out of range");
        }
        value = static_cast<Integer>(number);
    }

    void get(std::string& text) {
        const std::size_t length = get_count();
        if (!charge(length)) return;
        text.assign(rest_.data(), length);
        rest_ = rest_.subspan(length);
    }

    template <class T>
    void get(std::vector<T>& values) {
        const std::size_t count = get_count();
        for (std::size_t i = 0; i < count && error_.empty(); ++i) {
            if (charge(sizeof(T))) get(values.emplace_back());
        }
    }

    // Whole lists of numbers at once: an answer may hold millions.
    void get(std::vector<float>& values) {
        const std::size_t count = get_count();
        if (count > rest_.size() / sizeof(float)) return refuse("a count larger than the message");
        if (count == 0) return values.clear();  // memcpy takes no null pointers
        if (!charge(count * sizeof(float))) return;
        values.resize(count);
        if constexpr (std::endian::native == std::endian::little) {
            std::memcpy(values.data(), rest_.data(), count * sizeof(float));
            rest_ = rest_.subspan(count * sizeof(float));
        } else {
            for (float& value : values) get(value);
        }
    }

    template <class T>
    void get(std::optional<T>& value) {
        bool present = false;
        get(present);
        if (present) get(value.emplace());
    }

    template <class... T>
    void get(std::variant<T...>& value) {
        const std::uint64_t index = get_varint();
        if (index >= sizeof...(T)) return refuse("an alternative that does not exist");
        get_alternative(value, index, std::index_sequence_for<T...>());
    }

    template <class Variant, std::size_t... I>
    void get_alternative(Variant& value, std::uint64_t index, std::index_sequence<I...>) {
        ((index == I ? get(value.template emplace<I>()) : void()), ...);
    }

    std::uint8_t get_byte() {
        if (rest_.empty()) {
            refuse("the message is cut off");
            return 0;
        }
        const auto byte = static_cast<std::uint8_t>(rest_.front());
        rest_ = rest_.subspan(1);
        return byte;
    }

    std::uint64_t get_varint() {
        constexpr int kLastShift = 63;
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const std::uint8_t byte = get_byte();
            if (shift == kLastShift && byte > 1) {
                refuse("a number of more than 64 bits");
                return 0;
            }
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
    }

    // How many bytes or elements follow. Every element takes a byte at least, so more than the
    // bytes left is a lie.
    std::size_t get_count() {
        const std::uint64_t count = get_varint();
        if (count <= rest_.size()) return static_cast<std::size_t>(count);
        refuse("a count larger than the message");
        return 0;
    }

    template <class Unsigned>
    Unsigned get_little_endian() {
        Unsigned value = 0;
        for (std::size_t i = 0; i < sizeof value; ++i) {
            value |= static_cast<Unsigned>(get_byte()) << (8 * i);
        }
        return value;
    }

    static std::int64_t un_zig_zag(std::uint64_t value) {
        return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
    }

    bool charge(std::size_t bytes) {
        if (bytes > budget_bytes_) {
            refuse("more elements than its size allows");
            return false;
        }
        budget_bytes_ -= bytes;
        return true;
    }

    // Nothing is left to read after an error, which ends every loop.
    void refuse(std::string_view why) {
        if (error_.empty()) error_ = why;
        rest_ = {};
    }

    std::span<const char> rest_;
    std::size_t budget_bytes_;
    std::string_view error_;
};

}  // namespace corral::wire
