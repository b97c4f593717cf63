#include "prompt/go/literals.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"

namespace corral::prompt::go {
namespace {

std::unexpected<Error> bad_syntax() {
    return fail(ErrorCode::invalid, "invalid syntax");
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower_case = static_cast<char>(c | 0x20);
    return lower_case >= 'a' && lower_case <= 'f' ? lower_case - 'a' + 10 : 99;
}

// `n` digits in front of `text`, which they leave.
std::optional<std::uint32_t> take_digits(std::string_view& text, std::size_t n, int base) {
    if (text.size() < n) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text.substr(0, n)) {
        const int digit = digit_value(c);
        if (digit >= base) return std::nullopt;
        value = value * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
    }
    text.remove_prefix(n);
    return static_cast<std::uint32_t>(value);
}

struct Unescaped {
    std::uint32_t value = 0;
    bool is_byte = false;  // \x and octal escapes name bytes, the others characters
};

// The escape after a backslash that has been taken off. `quote` is the one quote that may be
// escaped.
std::optional<Unescaped> take_escape(std::string_view& text, char quote) {
    constexpr std::string_view kNames = "abfnrtv\\";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
    if (text.empty()) return std::nullopt;
    const char c = text.front();
    if (c >= '0' && c <= '7') {
        const auto value = take_digits(text, 3, 8);
        if (!value || *value > 255) return std::nullopt;
        return Unescaped{*value, true};
    }
    text.remove_prefix(1);
    if (const auto at = kNames.find(c); at != std::string_view::npos)
        return Unescaped{static_cast<unsigned char>(kValues[at]), false};
    if (c == quote) return Unescaped{static_cast<unsigned char>(c), false};
    const std::size_t n_digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (n_digits == 0) return std::nullopt;
    const auto value = take_digits(text, n_digits, 16);
    if (!value) return std::nullopt;
    if (c == 'x') return Unescaped{*value, true};
    const bool is_character = *value <= 0x10FFFF && (*value < 0xD800 || *value > 0xDFFF);
    return is_character ? std::optional(Unescaped{*value, false}) : std::nullopt;
}

// Takes underscores out; nothing when one stands where Go allows none: they separate digits, or the
// base prefix from them, of a number that has a base prefix or is an integer.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string digits;
    char before = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '_') {
            const bool after_digit = digit_value(before) < 16 ||
                                     (i > 1 && text[i - 2] == '0' && digit_value(before) == 99);
            const bool before_digit = i + 1 < text.size() && digit_value(text[i + 1]) < 16;
            if (!after_digit || !before_digit) return std::nullopt;
        } else {
            digits += c;
        }
        before = c;
    }
    return digits;
}

struct Integer {
    std::uint64_t magnitude = 0;
    bool is_negative = false;
};

// Nothing when it is none, or does not fit.
std::optional<Integer> read_integer(std::string_view text) {
    const bool is_signed = text.starts_with('-') || text.starts_with('+');
    const bool is_negative = text.starts_with('-');
    const auto plain = without_underscores(text.substr(is_signed ? 1 : 0));
    if (!plain) return std::nullopt;
    std::string_view digits = *plain;
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
        const char prefix = static_cast<char>(digits[1] | 0x20);
        base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : 8;
        digits.remove_prefix(prefix == 'x' || prefix == 'b' || prefix == 'o' ? 2 : 1);
    }
    std::uint64_t magnitude = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, magnitude, base);
    if (stop != end || error != std::errc()) return std::nullopt;
    return Integer{magnitude, is_negative};
}

std::optional<double> read_float(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    const bool is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    // Go wants an exponent in hexadecimal floats, and allows underscores in them only.
    if (is_hexadecimal && text.find_first_of("pP") == std::string_view::npos) return std::nullopt;
    if (!is_hexadecimal && text.contains('_')) return std::nullopt;
    const auto plain = without_underscores(is_hexadecimal ? text.substr(2) : text);
    if (!plain) return std::nullopt;
    double value = 0;
    const auto* end = plain->data() + plain->size();
    const auto format = is_hexadecimal ? std::chars_format::hex : std::chars_format::general;
    const auto [stop, error] = std::from_chars(plain->data(), end, value, format);
    if (plain->empty() || stop != end) return std::nullopt;
    // Too small is zero to Go; too large is an error.
    const bool is_tiny = plain->contains("e-") || plain->contains("E-") || plain->contains("p-");
    if (error == std::errc::result_out_of_range && !is_tiny) return std::nullopt;
    return is_negative ? -value : value;
}

std::unexpected<Error> illegal_number(std::string_view literal) {
    return fail(ErrorCode::invalid, "illegal number syntax: {}", go_quote(literal));
}

constexpr std::uint64_t kMaxInt = std::numeric_limits<std::int64_t>::max();

Result<Number> from_integer(std::string_view literal, const Integer& integer) {
    Number number{std::string(literal), std::int64_t{0}, false};
    if (integer.is_negative) {
        if (integer.magnitude > kMaxInt + 1)
            return fail(ErrorCode::invalid, "integer overflow: {}", go_quote(literal));
        number.value = static_cast<std::int64_t>(-integer.magnitude);
        return number;
    }
    number.overflows_int = integer.magnitude > kMaxInt;
    number.value = static_cast<std::int64_t>(integer.magnitude & kMaxInt);
    return number;
}

}  // namespace

Result<std::string> unquote(std::string_view literal) {
    if (literal.size() < 2 || literal.front() != literal.back()) return bad_syntax();
    const char quote = literal.front();
    std::string_view text = literal.substr(1, literal.size() - 2);
    std::string value;
    if (quote == '`') {
        std::ranges::remove_copy(text, std::back_inserter(value), '\r');
        return value;
    }
    value.reserve(text.size());
    while (!text.empty()) {
        const char c = text.front();
        if (c == quote || c == '\n') return bad_syntax();
        if (c != '\\') {
            const Utf8Character next = first_utf8_character(text);
            append_utf8(value, next.code_point);
            text.remove_prefix(next.length);
            continue;
        }
        text.remove_prefix(1);
        const auto escape = take_escape(text, quote);
        if (!escape) return bad_syntax();
        if (escape->is_byte)
            value += static_cast<char>(escape->value);
        else
            append_utf8(value, escape->value);
    }
    return value;
}

Result<Number> parse_rune(std::string_view literal) {
    const auto malformed = [&] {
        return fail(ErrorCode::invalid, "malformed character constant: {}", literal);
    };
    std::string_view text = literal.substr(1);
    std::uint32_t value = 0;
    if (text.starts_with('\\')) {
        text.remove_prefix(1);
        const auto escape = take_escape(text, '\'');
        if (!escape) return bad_syntax();
        value = escape->value;
    } else {
        if (text.starts_with('\'')) return bad_syntax();
        const Utf8Character next = first_utf8_character(text);
        value = next.code_point;
        text.remove_prefix(next.length);
    }
    if (text != "'") return malformed();
    return Number{std::string(literal), static_cast<std::int64_t>(value), false};
}

Result<Number> parse_number(std::string_view literal) {
    if (literal.ends_with('i'))
        return fail(ErrorCode::invalid, "imaginary numbers are not supported: {}", literal);
    if (const auto integer = read_integer(literal)) return from_integer(literal, *integer);
    const auto value = read_float(literal);
    if (!value) return illegal_number(literal);
    if (literal.find_first_of(".eEpP") == std::string_view::npos)
        return fail(ErrorCode::invalid, "integer overflow: {}", go_quote(literal));
    return Number{std::string(literal), *value, false};
}

}  // namespace corral::prompt::go
