#pragma once

// Purpose: for debugging clients (OLLAMA_DEBUG_LOG_REQUESTS): every inference request as it came,
// and a script that sends it again, in a directory of its own.
//
//   /tmp/ollama-request-logs-Xa81kc/000001-api-chat.json
//   /tmp/ollama-request-logs-Xa81kc/000001-api-chat.sh
//
// Only the user can read it. Failures to write are logged, no more. Source: scheduler-runtime.md 3.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::serve {

class RequestLog {
public:
    // Makes a directory below `parent`. `server_url` is where scripts send requests.
    [[nodiscard]] static Result<RequestLog> create(const std::filesystem::path& parent,
                                                   std::string server_url);

    // Whether requests to this path are inference requests.
    static bool wants(std::string_view path);
    // `path` as in the URL: "/api/chat".
    void save(std::string_view path, std::string_view body);
    const std::filesystem::path& directory() const { return directory_; }

private:
    RequestLog(std::filesystem::path directory, std::string server_url)
        : directory_(std::move(directory)), server_url_(std::move(server_url)) {}

    std::filesystem::path directory_;
    std::string server_url_;
    std::uint64_t n_saved_ = 0;
};

}  // namespace corral::serve
