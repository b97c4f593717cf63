#include "serve/access_log.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/duration.h"
#include "base/log.h"
#include "base/text.h"

namespace corral::serve {

namespace {

// What a request that its client gave up counts as.
constexpr int kClientClosed = 499;

std::string local_time(std::time_t time) {
    std::tm local{};
    localtime_r(&time, &local);
    return fmt::format("{}/{:02}/{:02} - {:02}:{:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1,
                       local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
}

}  // namespace

std::string format_access_line(const http::ExchangeRecord& record, std::time_t time) {
    return fmt::format("[GIN] {} | {:3} | {:>13} | {:>15} | {:<8} {}", local_time(time),
                       record.status == 0 ? kClientClosed : record.status,
                       format_go_duration(record.duration), record.remote_address, record.method,
                       go_quote(record.path));
}

void log_access(const http::ExchangeRecord& record) {
    if (!log_enabled(LogLevel::info)) return;
    const std::string line = format_access_line(record, std::time(nullptr)) + "\n";
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace corral::serve
