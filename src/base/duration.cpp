#include "base/duration.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace corral {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t ns;
};

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
// The micro sign has two code points; Go takes both.
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", kMicrosecond},
                                         {"\u00b5s", kMicrosecond},
                                         {"\u03bcs", kMicrosecond},
                                         {"ms", kMillisecond},
                                         {"s", kSecond},
                                         {"m", 60 * kSecond},
                                         {"h", 3600 * kSecond}}};
constexpr std::uint64_t kLimit = 1ULL << 63;  // the magnitude of the most negative duration

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Go's time package quotes more than %q does: every byte outside printable ASCII.
std::string quote(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x80) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
            continue;
        }
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
    return out;
}

class Parser {
public:
    explicit Parser(std::string_view text) : whole_(text), rest_(text) {}

    Result<Duration> run() {
        const bool negative = rest_.starts_with('-');
        if (negative || rest_.starts_with('+')) rest_.remove_prefix(1);
        if (rest_ == "0") return Duration::zero();
        if (rest_.empty()) return invalid();
        std::uint64_t total = 0;
        while (!rest_.empty()) {
            CORRAL_TRY(const std::uint64_t part, number_and_unit());
            total += part;
            if (total > kLimit) return invalid();
        }
        if (negative) return Duration(static_cast<std::int64_t>(0 - total));
        if (total == kLimit) return invalid();
        return Duration(static_cast<std::int64_t>(total));
    }

private:
    Result<std::uint64_t> number_and_unit() {
        const std::size_t length_before = rest_.size();
        CORRAL_TRY(std::uint64_t whole, integer());
        bool has_digits = rest_.size() != length_before;
        double fraction = 0;
        if (rest_.starts_with('.')) {
            rest_.remove_prefix(1);
            has_digits |= !rest_.empty() && is_digit(rest_.front());
            fraction = read_fraction();
        }
        if (!has_digits) return invalid();
        CORRAL_TRY(const std::uint64_t unit, read_unit());
        if (whole > kLimit / unit) return invalid();
        whole = whole * unit + static_cast<std::uint64_t>(fraction * static_cast<double>(unit));
        if (whole > kLimit) return invalid();
        return whole;
    }

    Result<std::uint64_t> integer() {
        std::uint64_t value = 0;
        while (!rest_.empty() && is_digit(rest_.front())) {
            if (value > kLimit / 10) return invalid();
            value = value * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
            if (value > kLimit) return invalid();
            rest_.remove_prefix(1);
        }
        return value;
    }

    // Digits past what 64 bits hold change nothing.
    double read_fraction() {
        std::uint64_t digits = 0;
        double scale = 1;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1)) {
            if (digits > (kLimit - 10) / 10) continue;
            digits = digits * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
            scale *= 10;
        }
        return static_cast<double>(digits) / scale;
    }

    Result<std::uint64_t> read_unit() {
        const std::string_view name = rest_.substr(0, rest_.find_first_of(".0123456789"));
        if (name.empty()) {
            return fail(ErrorCode::invalid, "time: missing unit in duration {}", quote(whole_));
        }
        rest_.remove_prefix(name.size());
        for (const Unit& unit : kUnits) {
            if (unit.name == name) return unit.ns;
        }
        return fail(ErrorCode::invalid, "time: unknown unit {} in duration {}", quote(name),
                    quote(whole_));
    }

    std::unexpected<Error> invalid() const {
        return fail(ErrorCode::invalid, "time: invalid duration {}", quote(whole_));
    }

    std::string_view whole_;
    std::string_view rest_;
};

// value / unit with its fraction, trailing zeros removed.
std::string with_fraction(std::uint64_t value, std::uint64_t unit) {
    std::string text = fmt::format("{}", value / unit);
    std::string digits;
    for (std::uint64_t rest = value % unit; rest != 0; rest %= unit) {
        unit /= 10;
        digits.push_back(static_cast<char>('0' + rest / unit));
    }
    return digits.empty() ? text : text + "." + digits;
}

std::string format_magnitude(std::uint64_t ns) {
    if (ns == 0) return "0s";
    if (ns < kMicrosecond) return fmt::format("{}ns", ns);
    if (ns < kMillisecond) return with_fraction(ns, kMicrosecond) + "\u00b5s";
    if (ns < kSecond) return with_fraction(ns, kMillisecond) + "ms";
    const std::uint64_t minutes = ns / (60 * kSecond);
    std::string text = with_fraction(ns % (60 * kSecond), kSecond) + "s";
    if (minutes > 0) text = fmt::format("{}m{}", minutes % 60, text);
    if (minutes >= 60) text = fmt::format("{}h{}", minutes / 60, text);
    return text;
}

}  // namespace

Result<Duration> parse_go_duration(std::string_view text) {
    return Parser(text).run();
}

std::string format_go_duration(Duration duration) {
    const auto ns = static_cast<std::uint64_t>(duration.count());
    return duration < Duration::zero() ? "-" + format_magnitude(0 - ns) : format_magnitude(ns);
}

Duration duration_from_seconds(double seconds) {
    if (seconds < 0 || std::isnan(seconds)) return kForever;
    const double ns = seconds * static_cast<double>(kSecond);
    return ns >= static_cast<double>(kLimit) ? kForever : Duration(static_cast<std::int64_t>(ns));
}

}  // namespace corral
