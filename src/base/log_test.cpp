#include "base/log.h"

#include <gtest/gtest.h>

namespace corral {
namespace {

TEST(Log, FormatsKeysAndValues) {
    const LogSource here = LogSource::current();
    const std::string start =
        "level=INFO source=log_test.cpp:" + std::to_string(here.line()) + " msg=";
    const auto line = [&](std::string_view message, LogFields fields) {
        return format_log_line(LogLevel::info, message, fields, here);
    };
    EXPECT_EQ(line("ready", {}), start + "ready");
    EXPECT_EQ(line("runner started", {{"model", "cria"}, {"pid", 17}, {"ok", true}, {"x", 0.5}}),
              start + "\"runner started\" model=cria pid=17 ok=true x=0.5");
    EXPECT_EQ(line("a", {{"k", "b c"}, {"l", "x=\"y\""}, {"m", ""}, {"n", "1\n2"}}),
              start + R"(a k="b c" l="x=\"y\"" m="" n="1\n2")");
}

TEST(Log, WritesFromTheLevelOn) {
    set_log_verbosity(0);
    EXPECT_TRUE(log_enabled(LogLevel::info));
    EXPECT_FALSE(log_enabled(LogLevel::debug));
    set_log_verbosity(1);
    EXPECT_TRUE(log_enabled(LogLevel::debug));
    EXPECT_FALSE(log_enabled(LogLevel::trace));
    set_log_verbosity(2);
    EXPECT_TRUE(log_enabled(LogLevel::trace));
    set_log_verbosity(0);
}

TEST(Log, WritesLinesToStandardError) {
    testing::internal::CaptureStderr();
    log_warn("disk is {full}", {{"path", "/a b"}});
    log_debug("not shown");
    const std::string output = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(output.starts_with("time=20")) << output;
    EXPECT_NE(output.find(" level=WARN source=log_test.cpp:"), std::string::npos) << output;
    EXPECT_TRUE(output.ends_with(" msg=\"disk is {full}\" path=\"/a b\"\n")) << output;
}

}  // namespace
}  // namespace corral
