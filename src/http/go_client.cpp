#include "http/go_client.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "corral_version.h"

namespace corral::http {
namespace {

std::string architecture() {
    utsname names{};
    if (uname(&names) != 0) return "unknown";
    std::string_view machine = names.machine;
    if (machine == "x86_64") return "amd64";
    if (machine == "aarch64") return "arm64";
    return std::string(machine);
}

// "Get", "Post".
std::string capitalized(std::string_view method) {
    std::string name = lower(method);
    if (!name.empty()) name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
}

}  // namespace

std::string user_agent() {
    return fmt::format("ollama/{} ({} linux) corral/{}", kOllamaVersion, architecture(), kVersion);
}

Error transport_error(std::string_view method, std::string_view url, const Error& cause) {
    if (cause.code == ErrorCode::cancelled) return cause;
    auto result = cause;
    result.message = fmt::format("{} {}: {}", capitalized(method), go_quote(url), cause.message);
    return result;
}

}  // namespace corral::http
