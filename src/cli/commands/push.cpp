#include "cli/commands.h"
#include "cli/json.h"
#include "cli/status_progress.h"

namespace corral::cli {
namespace {

Result<int> push(Program& program, const Invocation& call) {
    Json body{{"model", call.arguments[0]}};
    if (call.is_set("insecure")) body["insecure"] = true;
    Progress progress(program.console);
    StatusProgress status(progress, BarLabel::status);
    CORRAL_CHECK(program.api.stream("/api/push", body, [&](const Json& event) {
        status.show(event);
        return true;
    }));
    return 0;
}

}  // namespace

Command push_command() {
    return {.name = "push",
            .arguments = "MODEL",
            .summary = "Push a model to a registry",
            .flags = {{.name = "insecure", .help = "Use an insecure registry"}},
            .arity = {1, 1},
            .hidden = true,  // no server of ours can do it yet; another's may
            .variables = {"OLLAMA_HOST"},
            .body = push};
}

}  // namespace corral::cli
