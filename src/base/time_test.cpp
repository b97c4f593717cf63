#include "base/time.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace corral {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr TimePoint kSample =
    std::chrono::sys_days(std::chrono::year(2024) / 5 / 1) + 12h + 3min + 4s;

TEST(Rfc3339, FormatsWithoutTrailingZeros) {
    EXPECT_EQ(format_rfc3339_utc(kSample), "2024-05-01T12:03:04Z");
    EXPECT_EQ(format_rfc3339_utc(kSample + 500ms), "2024-05-01T12:03:04.5Z");
    EXPECT_EQ(format_rfc3339_utc(kSample + 1ns), "2024-05-01T12:03:04.000000001Z");
    EXPECT_EQ(format_rfc3339_utc(TimePoint(-1ns)), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(format_rfc3339_utc(kZeroTime), "0001-01-01T00:00:00Z");
}

TEST(Rfc3339, FormatsWithTheLocalOffset) {
    ::setenv("TZ", "XXX-05:30", 1);
    ::tzset();
    EXPECT_EQ(format_rfc3339_local(kSample), "2024-05-01T17:33:04+05:30");
    ::setenv("TZ", "XXX3", 1);
    ::tzset();
    EXPECT_EQ(format_rfc3339_local(kSample), "2024-05-01T09:03:04-03:00");
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    EXPECT_EQ(format_rfc3339_local(kSample), "2024-05-01T12:03:04Z");
    ::unsetenv("TZ");
    ::tzset();
}

void check(const std::string& text, TimePoint expected) {
    const auto parsed = parse_rfc3339(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, expected) << text;
}

TEST(Rfc3339, Parses) {
    check("2024-05-01T12:03:04Z", kSample);
    check("2024-05-01T14:03:04.25+02:00", kSample + 250ms);
    check("2024-05-01T07:33:04-04:30", kSample);
    check("2024-05-01T12:03:04.1234567891Z", kSample + 123456789ns);
    check("0001-01-01T00:00:00Z", kZeroTime);
    check("9999-12-31T23:59:59Z", TimePoint::max());
    check(format_rfc3339_utc(kSample + 7ns), kSample + 7ns);
}

TEST(Rfc3339, RefusesOtherThings) {
    for (const char* text :
         {"", "2024-05-01", "2024-05-01 12:03:04Z", "2024-05-01T12:03:04", "2024-13-01T12:03:04Z",
          "2024-02-30T12:03:04Z", "2024-05-01T24:03:04Z", "2024-05-01T12:03:04.Z",
          "2024-05-01T12:03:04Zx", "-024-05-01T12:03:04Z", "2024-05-01T12:03:04+2:00"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

void check_relative(std::chrono::nanoseconds distance, const std::string& expected) {
    EXPECT_EQ(relative_time(kSample + distance, kSample), expected);
}

TEST(RelativeTime, Past) {
    check_relative(-1ns, "Less than a second ago");
    check_relative(-1s, "1 second ago");
    check_relative(-59s, "59 seconds ago");
    check_relative(-119s, "About a minute ago");
    check_relative(-59min - 59s, "59 minutes ago");
    check_relative(-60min, "About an hour ago");
    check_relative(-89min, "About an hour ago");
    check_relative(-90min, "2 hours ago");
    check_relative(-47h, "47 hours ago");
    check_relative(-48h, "2 days ago");
    check_relative(-days(13), "13 days ago");
    check_relative(-days(14), "2 weeks ago");
    check_relative(-days(60), "2 months ago");
    check_relative(-days(730), "2 years ago");
}

TEST(RelativeTime, FutureAndExtremes) {
    check_relative(4min + 30s, "4 minutes from now");
    check_relative(days(20 * 365), "20 years from now");
    check_relative(days(21 * 365), "Forever");
    EXPECT_EQ(relative_time(TimePoint::max(), kSample), "Forever");
    EXPECT_EQ(relative_time(kZeroTime, kSample), "Never");
    EXPECT_EQ(relative_time(TimePoint::min() + 1ns, TimePoint::max()), "200 years ago");
}

TEST(FileTime, IsOnTheSameClock) {
    const auto moment = std::chrono::file_clock::from_sys(kSample);
    EXPECT_EQ(from_file_time(moment), kSample);
}

}  // namespace
}  // namespace corral
