#include "serve/ollama_service.h"

#include "base/log.h"

namespace corral::serve {

namespace {

std::optional<RequestLog> open_request_log(const Settings& settings) {
    if (!settings.debug_log_requests) return std::nullopt;
    std::error_code ignored;
    auto log =
        RequestLog::create(std::filesystem::temp_directory_path(ignored), settings.host.url());
    if (!log) {
        log_warn("cannot log requests", {{"error", log.error().message}});
        return std::nullopt;
    }
    log_info("requests are logged", {{"directory", log->directory().string()}});
    return std::move(*log);
}

}  // namespace

OllamaService::OllamaService(Context& context, Answerer& answerer)
    : context_(context), answerer_(answerer), request_log_(open_request_log(context.settings)) {}

}  // namespace corral::serve
