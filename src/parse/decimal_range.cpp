#include "parse/decimal_range.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

// A range of numbers becomes one or two of magnitudes, below and above zero; and one of magnitudes
// becomes a block for every length of the part before the point. Within a block all numbers are of
// one length, so that they compare as texts: digit for digit, from the left, a number may stay on a
// bound as long as its digits are the bound's, and is free of it with the first one that differs.

namespace corral::parse {
namespace {

constexpr std::size_t kSignificantDigits = 15;
constexpr std::size_t kMostBoundDecimals = 30;

using Expression = std::optional<std::string>;  // nothing: no text at all

struct Limit {
    std::string whole = "0";  // without leading zeros
    std::string fraction;     // without trailing ones
    bool is_excluded = false;

    bool is_zero() const { return whole == "0" && fraction.empty(); }
    // A digit after the point.
    char decimal(std::size_t at) const { return at < fraction.size() ? fraction[at] : '0'; }
};

Limit magnitude_of(const DecimalRange::Bound& bound) {
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.begin(), buffer.end(), std::abs(bound.value),
                                   std::chars_format::fixed);
    const std::string_view text(buffer.begin(), end.ptr);
    const auto point = text.find('.');
    Limit limit{std::string(text.substr(0, point)), {}, bound.is_excluded};
    if (point != text.npos) limit.fraction = text.substr(point + 1);
    while (limit.fraction.ends_with('0')) limit.fraction.pop_back();
    return limit;
}

std::string literal(char digit) {
    return fmt::format("\"{}\"", digit);
}

std::string any_digits(std::size_t least, std::size_t most) {
    return least == most ? fmt::format("[0-9]{{{}}}", least)
                         : fmt::format("[0-9]{{{},{}}}", least, most);
}

Expression joined(const std::vector<std::string>& alternatives) {
    if (alternatives.empty()) return std::nullopt;
    if (alternatives.size() == 1) return alternatives.front();
    return fmt::format("({})", fmt::join(alternatives, " | "));
}

// The numbers of one length before the point, between limits of that length. Without an upper limit
// the numbers go on to the largest of that length.
class Block {
public:
    Block(std::size_t n_whole, const Limit& low, const Limit* high, int n_decimals)
        : n_whole_(n_whole), low_(low), high_(high) {
        const std::size_t exact = kSignificantDigits - std::min(kSignificantDigits, n_whole);
        const std::size_t of_bounds =
            std::max(low.fraction.size(), high == nullptr ? 0 : high->fraction.size());
        n_decimals_ = std::min(static_cast<std::size_t>(n_decimals), std::max(exact, of_bounds));
    }

    Expression expression() const { return whole(0, true, high_ != nullptr); }

private:
    // What may stand at a place: one digit that keeps the number on a bound, or several that free
    // it of one.
    struct Digits {
        char first, last;
        bool on_low, on_high;
    };

    static std::vector<Digits> digits_between(char low, char high, bool on_low, bool on_high) {
        std::vector<Digits> all;
        if (low > high) return all;
        if (on_low && on_high && low == high) return {{low, low, true, true}};
        if (on_low) {
            all.push_back({low, low, true, false});
            ++low;
        }
        if (on_high) {
            all.push_back({high, high, false, true});
            --high;
        }
        if (low <= high) all.push_back({low, high, false, false});
        return all;
    }

    static std::string text_of(const Digits& digits) {
        return digits.first == digits.last ? literal(digits.first)
                                           : fmt::format("[{}-{}]", digits.first, digits.last);
    }

    // What follows digits after which the text may end, or not.
    static std::string followed(const Expression& more, bool may_end) {
        if (!more) return "";
        return may_end ? fmt::format(" ({})?", *more) : " " + *more;
    }

    // Whether a number that has the lower limit's digits so far may still fall below it: not when
    // only zeros follow.
    bool binds_before_whole(std::size_t at) const {
        return low_.whole.find_first_not_of('0', at) != std::string::npos ||
               binds_before_decimal(0);
    }
    bool binds_before_decimal(std::size_t at) const {
        return low_.is_excluded || low_.fraction.size() > at;
    }

    // From the digit number `at` before the point on.
    Expression whole(std::size_t at, bool on_low, bool on_high) const {
        if (at == n_whole_) return decimals_or_end(on_low, on_high);
        on_low = on_low && (at == 0 || binds_before_whole(at));
        if (!on_low && !on_high) {
            return any_digits(n_whole_ - at, n_whole_ - at) +
                   followed(decimals_or_end(false, false), false);
        }
        std::vector<std::string> alternatives;
        for (const Digits& digits :
             digits_between(on_low ? low_.whole[at] : '0', on_high ? high_->whole[at] : '9', on_low,
                            on_high)) {
            const Expression rest = whole(at + 1, digits.on_low, digits.on_high);
            if (rest) alternatives.push_back(text_of(digits) + " " + *rest);
        }
        return joined(alternatives);
    }

    Expression decimals_or_end(bool on_low, bool on_high) const {
        const bool may_end = may_end_before(0, on_low, on_high);
        const Expression more = decimals(0, on_low, on_high);
        if (!more) return may_end ? Expression("\"\"") : std::nullopt;
        return fmt::format("(\".\" {}){}", *more, may_end ? "?" : "");
    }

    // Whether the number may end, with the digits after the point as they are up to `at`.
    bool may_end_before(std::size_t at, bool on_low, bool on_high) const {
        const bool is_low_enough = !on_high || high_->fraction.size() > at || !high_->is_excluded;
        return is_low_enough && !(on_low && binds_before_decimal(at));
    }

    // From the digit number `at` after the point on; at least that one.
    Expression decimals(std::size_t at, bool on_low, bool on_high) const {
        if (at >= n_decimals_) return std::nullopt;
        on_low = on_low && binds_before_decimal(at);
        if (!on_low && !on_high) return any_digits(1, n_decimals_ - at);
        if (!on_low && high_->fraction.size() <= at) {
            if (high_->is_excluded) return std::nullopt;
            return fmt::format("\"0\"{{1,{}}}", n_decimals_ - at);
        }
        std::vector<std::string> alternatives;
        for (const Digits& digits :
             digits_between(on_low ? low_.decimal(at) : '0', on_high ? high_->decimal(at) : '9',
                            on_low, on_high)) {
            const bool may_end = may_end_before(at + 1, digits.on_low, digits.on_high);
            const Expression more = decimals(at + 1, digits.on_low, digits.on_high);
            if (more || may_end) alternatives.push_back(text_of(digits) + followed(more, may_end));
        }
        return joined(alternatives);
    }

    std::size_t n_whole_;
    const Limit& low_;
    const Limit* high_;
    std::size_t n_decimals_;
};

// Numbers that have more digits before the point than `n_whole`.
std::string longer_than(std::size_t n_whole, int n_decimals) {
    const std::size_t most = std::max(n_whole + 1, kSignificantDigits);
    const auto digits = fmt::format("[1-9] {}", any_digits(n_whole, most - 1));
    return n_decimals == 0 ? digits
                           : fmt::format("{} (\".\" {})?", digits,
                                         any_digits(1, static_cast<std::size_t>(n_decimals)));
}

// Appends the alternatives for the magnitudes from `low` to `high`.
void append_magnitudes(std::vector<std::string>& alternatives, std::string_view sign,
                       const Limit& low, const std::optional<Limit>& high, int n_decimals) {
    const auto append = [&](const Expression& numbers) {
        if (numbers) alternatives.push_back(fmt::format("{}{}", sign, *numbers));
    };
    const std::size_t last = high ? high->whole.size() : low.whole.size();
    for (std::size_t n_whole = low.whole.size(); n_whole <= last; ++n_whole) {
        const Limit shortest{"1" + std::string(n_whole - 1, '0'), {}, false};
        const bool is_lowest = n_whole == low.whole.size();
        const bool is_highest = high && n_whole == high->whole.size();
        append(Block(n_whole, is_lowest ? low : shortest, is_highest ? &*high : nullptr, n_decimals)
                   .expression());
    }
    if (!high) append(longer_than(last, n_decimals));
}

}  // namespace

Result<std::string> decimal_rule(const DecimalRange& range) {
    std::optional<Limit> low, high;
    if (range.minimum) low = magnitude_of(*range.minimum);
    if (range.maximum) high = magnitude_of(*range.maximum);
    for (const auto& limit : {low, high}) {
        if (limit && limit->fraction.size() > kMostBoundDecimals)
            return fail(ErrorCode::invalid, "a bound has too many digits after its point");
    }
    const bool is_low_negative = low && range.minimum->value < 0 && !low->is_zero();
    const bool is_high_negative = high && range.maximum->value < 0 && !high->is_zero();
    std::vector<std::string> alternatives;
    if (!is_high_negative) {
        append_magnitudes(alternatives, "", low && !is_low_negative ? *low : Limit{}, high,
                          range.n_decimals);
    }
    if (!low || is_low_negative) {
        // Zero has no sign here.
        const Limit nearest = is_high_negative ? *high : Limit{"0", {}, true};
        append_magnitudes(alternatives, "\"-\" ", nearest, low, range.n_decimals);
    }
    if (alternatives.empty()) return fail(ErrorCode::invalid, "no number lies within its bounds");
    return "(" + fmt::format("{}", fmt::join(alternatives, " | ")) + ")";
}

}  // namespace corral::parse
