#include "base/time.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <optional>

#include "base/text.h"

namespace corral {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::string_view kZeroTimeText = "0001-01-01T00:00:00Z";

std::string fraction_text(nanoseconds fraction) {
    if (fraction == nanoseconds::zero()) return {};
    return "." + std::string(trim_right(fmt::format("{:09}", fraction.count()), "0"));
}

std::string offset_text(seconds offset) {
    if (offset == seconds::zero()) return "Z";
    const auto total = std::abs(std::chrono::duration_cast<minutes>(offset).count());
    return fmt::format("{}{:02}:{:02}", offset < seconds::zero() ? '-' : '+', total / 60,
                       total % 60);
}

std::string format_with_offset(TimePoint time, seconds offset) {
    if (time == kZeroTime) return std::string(kZeroTimeText);
    // Whole seconds reach further than nanoseconds do, so adding the offset cannot overflow.
    const auto whole = std::chrono::floor<seconds>(time);
    const auto local = whole + offset;
    const auto day = std::chrono::floor<days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       fraction_text(time - whole), offset_text(offset));
}

// Reads fixed-width fields from the front of a text; once one does not fit, the rest do not count.
class Fields {
public:
    explicit Fields(std::string_view text) : rest_(text) {}

    // A number of exactly `width` digits between `min` and `max`.
    int number(std::size_t width, int min, int max) {
        int value = 0;
        const std::string_view digits = rest_.substr(0, width);
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
        ok_ = ok_ && digits.size() == width && digits[0] != '-' && error == std::errc() &&
              end == digits.end() && value >= min && value <= max;
        rest_.remove_prefix(digits.size());
        return ok_ ? value : min;
    }

    void literal(char c) { ok_ = take(c) && ok_; }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Digits of a fraction of a second; those past nanoseconds are dropped.
    nanoseconds fraction() {
        std::int64_t value = 0;
        int n = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++n) {
            if (n < 9) value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        ok_ = ok_ && n > 0;
        for (; n < 9; ++n) value *= 10;
        return nanoseconds(value);
    }

    bool all_read() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

seconds read_offset(Fields& fields) {
    if (fields.take('Z')) return seconds::zero();
    const bool negative = fields.take('-');
    if (!negative) fields.literal('+');
    const hours h(fields.number(2, 0, 23));
    fields.literal(':');
    const minutes m(fields.number(2, 0, 59));
    return negative ? -(h + m) : h + m;
}

TimePoint clamp(std::chrono::sys_seconds whole, nanoseconds fraction) {
    if (whole <= std::chrono::ceil<seconds>(TimePoint::min())) return kZeroTime;
    if (whole >= std::chrono::floor<seconds>(TimePoint::max())) return TimePoint::max();
    return whole + fraction;
}

std::string count_of(std::int64_t n, std::string_view unit) {
    return fmt::format("{} {}", n, unit);
}

}  // namespace

TimePoint now() {
    return std::chrono::system_clock::now();
}

TimePoint from_file_time(std::filesystem::file_time_type time) {
    return std::chrono::file_clock::to_sys(time);
}

std::string format_rfc3339_utc(TimePoint time) {
    return format_with_offset(time, seconds::zero());
}

std::string format_rfc3339_local(TimePoint time) {
    const std::time_t whole = std::chrono::floor<seconds>(time).time_since_epoch().count();
    std::tm local{};
    localtime_r(&whole, &local);
    return format_with_offset(time, seconds(local.tm_gmtoff));
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
    Fields fields(text);
    const std::chrono::year year(fields.number(4, 0, 9999));
    fields.literal('-');
    const std::chrono::month month(static_cast<unsigned>(fields.number(2, 1, 12)));
    fields.literal('-');
    const std::chrono::day day(static_cast<unsigned>(fields.number(2, 1, 31)));
    fields.literal('T');
    const hours h(fields.number(2, 0, 23));
    fields.literal(':');
    const minutes m(fields.number(2, 0, 59));
    fields.literal(':');
    const seconds s(fields.number(2, 0, 59));
    const nanoseconds fraction = fields.take('.') ? fields.fraction() : nanoseconds::zero();
    const seconds offset = read_offset(fields);
    const std::chrono::year_month_day date(year, month, day);
    if (!fields.all_read() || !date.ok()) {
        return fail(ErrorCode::invalid, "parsing time {}: not an RFC 3339 time", go_quote(text));
    }
    return clamp(std::chrono::sys_days(date) + h + m + s - offset, fraction);
}

std::string human_duration(nanoseconds distance) {
    const auto magnitude = distance < nanoseconds::zero() ? -distance : distance;
    const auto n_seconds = std::chrono::floor<seconds>(magnitude).count();
    if (n_seconds < 1) return "Less than a second";
    if (n_seconds == 1) return "1 second";
    if (n_seconds < 60) return count_of(n_seconds, "seconds");
    const auto n_minutes = n_seconds / 60;
    if (n_minutes == 1) return "About a minute";
    if (n_minutes < 60) return count_of(n_minutes, "minutes");
    // To the nearest hour, halves up; from here on the rounded hours are what is divided.
    const auto n_hours = (n_minutes + 30) / 60;
    if (n_hours == 1) return "About an hour";
    if (n_hours < 48) return count_of(n_hours, "hours");
    if (n_hours < 14 * 24) return count_of(n_hours / 24, "days");
    if (n_hours < 60 * 24) return count_of(n_hours / 24 / 7, "weeks");
    if (n_hours < 730 * 24) return count_of(n_hours / 24 / 30, "months");
    return count_of(n_minutes / 60 / 24 / 365, "years");
}

std::string relative_time(TimePoint time, TimePoint now) {
    constexpr auto kForeverAhead = days(21 * 365);
    if (time == kZeroTime) return "Never";
    // Both ends may be extreme, so whole seconds decide; their difference always fits.
    const seconds distance = std::chrono::floor<seconds>(time) - std::chrono::floor<seconds>(now);
    if (distance >= kForeverAhead) return "Forever";
    if (distance < days(-200 * 365)) return human_duration(days(200 * 365)) + " ago";
    const nanoseconds exact = time - now;
    return human_duration(exact) + (exact < nanoseconds::zero() ? " ago" : " from now");
}

}  // namespace corral
