#include "cli/version.h"

#include "cli/json.h"
#include "corral_version.h"

namespace corral::cli {

std::string version_lines(const std::string& program_name, const Result<Json>& server) {
    // Called as ollama, versions are those of the Ollama level we are compatible with.
    bool as_ollama = program_name == "ollama";
    std::string_view ours = as_ollama ? kOllamaVersion : kVersion;
    if (!server) {
        return fmt::format(
            "Warning: could not connect to a running {} instance\nWarning: client version is {}\n",
            as_ollama ? "Ollama" : "Corral", ours);
    }
    auto corral_version = text_of(*server, "corral_version");
    bool is_corral = !corral_version.empty();
    auto theirs = as_ollama || !is_corral ? text_of(*server, "version") : corral_version;
    auto lines =
        fmt::format("{} version is {}\n", as_ollama || !is_corral ? "ollama" : "corral", theirs);
    if (theirs != ours) lines += fmt::format("Warning: client version is {}\n", ours);
    return lines;
}

int print_version(const Program& program) {
    program.console.print(version_lines(program.name, program.api.get("/api/version")));
    return 0;
}

}  // namespace corral::cli
