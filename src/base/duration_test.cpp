#include "base/duration.h"

#include <gtest/gtest.h>

#include <cmath>

namespace corral {
namespace {

using namespace std::chrono_literals;

void check(const std::string& text, Duration expected) {
    const auto parsed = parse_go_duration(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(parsed->count(), expected.count()) << text;
}

TEST(GoDuration, Parses) {
    check("0", 0ns);
    check("5m", 5min);
    check("1h30m", 90min);
    check("-1.5h", -90min);
    check("+2h45m.5s", 2h + 45min + 500ms);
    check("300ms", 300ms);
    check("1us", 1us);
    check("1\u00b5s", 1us);
    check("1\u03bcs", 1us);
    check("0.000000001s", 1ns);
    check("1.s", 1s);
    check("3.123456789123456789123s", 3123456789ns);
    check("9223372036854775807ns", kForever);
    check("-9223372036854775808ns", Duration::min());
}

void check_error(const std::string& text, const std::string& message) {
    const auto parsed = parse_go_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid);
    EXPECT_EQ(parsed.error().message, message);
}

TEST(GoDuration, ExplainsWhatDoesNotParse) {
    check_error("", R"(time: invalid duration "")");
    check_error("abc", R"(time: invalid duration "abc")");
    check_error("-", R"(time: invalid duration "-")");
    check_error(".s", R"(time: invalid duration ".s")");
    check_error("10", R"(time: missing unit in duration "10")");
    check_error("-1", R"(time: missing unit in duration "-1")");
    check_error("5 m", R"(time: unknown unit " m" in duration "5 m")");
    check_error("1d", R"(time: unknown unit "d" in duration "1d")");
    check_error("1\xC3\xA9", R"(time: unknown unit "\xc3\xa9" in duration "1\xc3\xa9")");
    check_error("9223372036854775808ns", R"(time: invalid duration "9223372036854775808ns")");
    check_error("99999999999999999999h", R"(time: invalid duration "99999999999999999999h")");
    check_error("2562048h", R"(time: invalid duration "2562048h")");
}

TEST(GoDuration, Formats) {
    EXPECT_EQ(format_go_duration(0ns), "0s");
    EXPECT_EQ(format_go_duration(87ns), "87ns");
    EXPECT_EQ(format_go_duration(12300ns), "12.3\u00b5s");
    EXPECT_EQ(format_go_duration(456789us), "456.789ms");
    EXPECT_EQ(format_go_duration(1234567891ns), "1.234567891s");
    EXPECT_EQ(format_go_duration(2min + 3500ms), "2m3.5s");
    EXPECT_EQ(format_go_duration(1h + 4s), "1h0m4s");
    EXPECT_EQ(format_go_duration(90min), "1h30m0s");
    EXPECT_EQ(format_go_duration(-5min), "-5m0s");
    EXPECT_EQ(format_go_duration(kForever), "2562047h47m16.854775807s");
    EXPECT_EQ(format_go_duration(Duration::min()), "-2562047h47m16.854775808s");
}

TEST(GoDuration, TakesSeconds) {
    EXPECT_EQ(duration_from_seconds(0.5), 500ms);
    EXPECT_EQ(duration_from_seconds(-0.0), 0ns);
    EXPECT_EQ(duration_from_seconds(-1), kForever);
    EXPECT_EQ(duration_from_seconds(1e300), kForever);
    EXPECT_EQ(duration_from_seconds(std::nan("")), kForever);
}

}  // namespace
}  // namespace corral
