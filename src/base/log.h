#pragma once

// Purpose: structured log lines on standard error; the only door to spdlog.
//
//   log_info("runner started", {{"model", name}, {"pid", pid}});
//   time=2026-01-02T03:04:05.678+01:00 level=INFO source=supervisor.cpp:42 msg="runner started"
//   model=cria pid=17
//
// Values with blanks, quotes or '=' are quoted. Threads: any. Source: scheduler-runtime.md 19.

#include <concepts>
#include <initializer_list>
#include <source_location>
#include <string>
#include <string_view>

namespace corral {

enum class LogLevel { trace, debug, info, warn, error };

// One key=value. Made from text, numbers and booleans.
struct LogField {
    std::string_view key;
    std::string value;

    LogField(std::string_view k, std::string_view text) : key(k), value(text) {}
    LogField(std::string_view k, const char* text) : key(k), value(text) {}
    LogField(std::string_view k, const std::string& text) : key(k), value(text) {}
    LogField(std::string_view k, bool flag) : key(k), value(flag ? "true" : "false") {}
    LogField(std::string_view k, double number);
    template <std::integral Integer>
    LogField(std::string_view k, Integer number) : key(k), value(std::to_string(number)) {}
};

using LogFields = std::initializer_list<LogField>;
using LogSource = std::source_location;

// Which lines are written: Settings::debug 0 writes info and above, 1 debug, 2 trace. Initially 0.
void set_log_verbosity(int debug);
bool log_enabled(LogLevel level);

void log_trace(std::string_view message, LogFields fields = {},
               LogSource source = LogSource::current());
void log_debug(std::string_view message, LogFields fields = {},
               LogSource source = LogSource::current());
void log_info(std::string_view message, LogFields fields = {},
              LogSource source = LogSource::current());
void log_warn(std::string_view message, LogFields fields = {},
              LogSource source = LogSource::current());
void log_error(std::string_view message, LogFields fields = {},
               LogSource source = LogSource::current());

// The text of one line after its time, without the newline; the functions above print this. For
// tests.
std::string format_log_line(LogLevel level, std::string_view message, LogFields fields,
                            LogSource source);

}  // namespace corral
