#include "serve/cloud_switch.h"

#include "api/ollama/cloud.h"
#include "base/files.h"

namespace corral::serve {

namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

bool is_off_in_file(const std::filesystem::path& path) {
    const auto text = read_file(path, kMaxFileBytes);
    return text && api::ollama::disables_cloud(*text);
}

}  // namespace

CloudSwitch read_cloud_switch(const Settings& settings) {
    const bool in_file = is_off_in_file(settings.home / ".ollama" / "server.json");
    if (settings.no_cloud) return in_file ? CloudSwitch::by_both : CloudSwitch::by_environment;
    return in_file ? CloudSwitch::by_file : CloudSwitch::unset;
}

std::string_view source_text(CloudSwitch cloud_switch) {
    switch (cloud_switch) {
        case CloudSwitch::unset:
            return "none";
        case CloudSwitch::by_environment:
            return "env";
        case CloudSwitch::by_file:
            return "config";
        case CloudSwitch::by_both:
            return "both";
    }
    return "none";
}

}  // namespace corral::serve
