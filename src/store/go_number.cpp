#include "store/go_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace corral::store {

namespace {

// 0.d1d2d3… times ten to the power `point`.
struct Decimal {
    bool negative = false;
    std::string digits;
    int point = 0;
};

template <class Float>
Decimal decompose(Float value) {
    std::array<char, 64> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                            std::chars_format::scientific);
    std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    Decimal decimal;
    if (text.starts_with('-')) {
        decimal.negative = true;
        text.remove_prefix(1);
    }
    const auto exponent_at = text.find('e');
    for (const char c : text.substr(0, exponent_at))
        if (c != '.') decimal.digits += c;
    decimal.point = std::atoi(std::string(text.substr(exponent_at + 1)).c_str()) + 1;
    return decimal;
}

std::string plain(const Decimal& decimal) {
    const int n_digits = static_cast<int>(decimal.digits.size());
    std::string text = decimal.negative ? "-" : "";
    if (decimal.point <= 0)
        return text + "0." + std::string(static_cast<std::size_t>(-decimal.point), '0') +
               decimal.digits;
    if (decimal.point >= n_digits)
        return text + decimal.digits +
               std::string(static_cast<std::size_t>(decimal.point - n_digits), '0');
    const auto point = static_cast<std::size_t>(decimal.point);
    return text + decimal.digits.substr(0, point) + "." + decimal.digits.substr(point);
}

std::string with_exponent(const Decimal& decimal, std::size_t min_exponent_digits) {
    std::string text = decimal.negative ? "-" : "";
    text += decimal.digits[0];
    if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
    const int exponent = decimal.point - 1;
    const std::string magnitude = std::to_string(std::abs(exponent));
    text += exponent < 0 ? "e-" : "e+";
    if (magnitude.size() < min_exponent_digits)
        text += std::string(min_exponent_digits - magnitude.size(), '0');
    return text + magnitude;
}

template <class Float>
std::string json_number(Float value) {
    if (!std::isfinite(value)) return "0";
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    const Float magnitude = std::fabs(value);
    const Decimal decimal = decompose(value);
    const bool exponent =
        magnitude < static_cast<Float>(1e-6) || magnitude >= static_cast<Float>(1e21);
    return exponent ? with_exponent(decimal, 1) : plain(decimal);
}

}  // namespace

std::string go_json_number(double value) {
    return json_number(value);
}

std::string go_json_number(float value) {
    return json_number(value);
}

std::string go_g_number(double value) {
    if (!std::isfinite(value)) return "0";
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    const Decimal decimal = decompose(value);
    const int exponent = decimal.point - 1;
    return exponent < -4 || exponent >= 6 ? with_exponent(decimal, 2) : plain(decimal);
}

}  // namespace corral::store
