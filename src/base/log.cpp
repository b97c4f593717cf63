#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace corral {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::trace:
            return spdlog::level::trace;
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warn:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view level_name(LogLevel level) {
    switch (level) {
        case LogLevel::trace:
            return "TRACE";
        case LogLevel::debug:
            return "DEBUG";
        case LogLevel::info:
            return "INFO";
        case LogLevel::warn:
            return "WARN";
        case LogLevel::error:
            return "ERROR";
    }
    return "INFO";
}

// Never destroyed: threads that end after main may still log.
spdlog::logger& logger() {
    static spdlog::logger* const instance = [] {
        auto* made =
            new spdlog::logger("corral", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("time=%Y-%m-%dT%H:%M:%S.%e%z %v");
        return made;
    }();
    return *instance;
}

std::string quoted_if_needed(std::string_view text) {
    const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7F;
    });
    return plain ? std::string(text) : go_quote(text);
}

std::string_view file_name(const char* path) {
    const std::string_view text = path;
    return text.substr(text.rfind('/') + 1);
}

void write(LogLevel level, std::string_view message, LogFields fields, LogSource source) {
    if (!log_enabled(level)) return;
    logger().log(spdlog_level(level),
                 spdlog::string_view_t(format_log_line(level, message, fields, source)));
}

}  // namespace

LogField::LogField(std::string_view k, double number) : key(k), value(fmt::format("{}", number)) {}

void set_log_verbosity(int debug) {
    logger().set_level(debug >= 2   ? spdlog::level::trace
                       : debug == 1 ? spdlog::level::debug
                                    : spdlog::level::info);
}

bool log_enabled(LogLevel level) {
    return logger().should_log(spdlog_level(level));
}

void log_trace(std::string_view message, LogFields fields, LogSource source) {
    write(LogLevel::trace, message, fields, source);
}
void log_debug(std::string_view message, LogFields fields, LogSource source) {
    write(LogLevel::debug, message, fields, source);
}
void log_info(std::string_view message, LogFields fields, LogSource source) {
    write(LogLevel::info, message, fields, source);
}
void log_warn(std::string_view message, LogFields fields, LogSource source) {
    write(LogLevel::warn, message, fields, source);
}
void log_error(std::string_view message, LogFields fields, LogSource source) {
    write(LogLevel::error, message, fields, source);
}

std::string format_log_line(LogLevel level, std::string_view message, LogFields fields,
                            LogSource source) {
    std::string line =
        fmt::format("level={} source={}:{} msg={}", level_name(level),
                    file_name(source.file_name()), source.line(), quoted_if_needed(message));
    for (const LogField& field : fields) {
        line += fmt::format(" {}={}", field.key, quoted_if_needed(field.value));
    }
    return line;
}

}  // namespace corral
