#include "serve/request_log.h"

#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/files.h"
#include "base/log.h"

namespace corral::serve {

Result<RequestLog> RequestLog::create(const std::filesystem::path& parent, std::string server_url) {
    std::string name = (parent / "ollama-request-logs-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        return fail(ErrorCode::io, "{}: {}", name, ::strerror(errno));
    return RequestLog(name, std::move(server_url));
}

bool RequestLog::wants(std::string_view path) {
    constexpr std::array<std::string_view, 8> kPaths = {
        "/api/generate",        "/api/chat",       "/api/embed",    "/api/embeddings",
        "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages"};
    return std::ranges::find(kPaths, path) != kPaths.end();
}

void RequestLog::save(std::string_view path, std::string_view body) {
    std::string route(path.substr(1));
    std::ranges::replace(route, '/', '-');
    const std::string name = fmt::format("{:06}-{}", ++n_saved_, route);
    const std::string script = fmt::format(
        "#!/bin/sh\ncurl --no-buffer -H 'Content-Type: application/json' {}{} "
        "--data-binary @\"$(dirname \"$0\")/{}.json\"\n",
        server_url_, path, name);
    const std::pair<std::string_view, std::string_view> files[] = {{".json", body},
                                                                   {".sh", script}};
    for (const auto& [ending, text] : files) {
        const auto written =
            write_file_atomic(directory_ / fmt::format("{}{}", name, ending), text);
        if (!written) log_warn("cannot log a request", {{"error", written.error().message}});
    }
}

}  // namespace corral::serve
