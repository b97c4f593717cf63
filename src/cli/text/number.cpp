#include "cli/text/number.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace corral::cli {
namespace {

// "1.048576e+06" cut into its digits "1048576" and the exponent 6.
struct Scientific {
    bool negative = false;
    std::string digits;
    int exponent = 0;
};

Scientific scientific(double value) {
    std::array<char, 64> buffer{};
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                             std::chars_format::scientific);
    std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    Scientific result;
    result.negative = text.front() == '-';
    auto e = text.find('e');
    for (char c : text.substr(0, e)) {
        if (c >= '0' && c <= '9') result.digits += c;
    }
    auto exponent = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), result.exponent);
    return result;
}

std::string with_exponent(const Scientific& number) {
    std::string mantissa = number.digits.substr(0, 1);
    if (number.digits.size() > 1) mantissa += "." + number.digits.substr(1);
    return fmt::format("{}e{}{:02}", mantissa, number.exponent < 0 ? '-' : '+',
                       std::abs(number.exponent));
}

std::string plain(const Scientific& number) {
    const auto& digits = number.digits;
    if (number.exponent < 0) {
        return "0." + std::string(static_cast<std::size_t>(-number.exponent - 1), '0') + digits;
    }
    auto n_whole = static_cast<std::size_t>(number.exponent) + 1;
    if (digits.size() <= n_whole) return digits + std::string(n_whole - digits.size(), '0');
    return digits.substr(0, n_whole) + "." + digits.substr(n_whole);
}

}  // namespace

std::string shortest_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
    if (value == 0) return "0";
    auto number = scientific(value);
    bool far = number.exponent < -4 || number.exponent >= 6;
    return (number.negative ? "-" : "") + (far ? with_exponent(number) : plain(number));
}

}  // namespace corral::cli
