#include "serve/serve.h"
#include "base/log.h"
#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> serve_in_foreground(Program& program, const Invocation&) {
    set_log_verbosity(program.settings.debug);
    CORRAL_CHECK(serve::serve(program.settings));
    return 0;
}

std::vector<std::string_view> server_variables() {
    std::vector<std::string_view> names;
    for (const SettingInfo& setting : all_settings())
        if (setting.for_server) names.push_back(setting.name);
    return names;
}

}  // namespace

Command serve_command() {
    return {.name = "serve",
            .alias = "start",
            .summary = "Start the server",
            .arity = {0, 0},
            .needs_server = false,
            .variables = server_variables(),
            .body = serve_in_foreground};
}

}  // namespace corral::cli
