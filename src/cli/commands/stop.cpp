#include "cli/commands.h"
#include "cli/json.h"

namespace corral::cli {
namespace {

Error or_unknown_model(Error error, const std::string& model) {
    if (error.http_status == 404) {
        error.message = fmt::format("couldn't find model \"{}\" to stop", model);
    }
    return error;
}

Result<int> stop(Program& program, const Invocation& call) {
    const auto& model = call.arguments[0];
    auto known = program.api.post("/api/show", {{"model", model}});
    if (!known) return fail(or_unknown_model(known.error(), model));
    auto stopped = program.api.post("/api/generate", {{"model", model}, {"keep_alive", "0s"}});
    if (!stopped) return fail(or_unknown_model(stopped.error(), model));
    return 0;
}

}  // namespace

Command stop_command() {
    return {.name = "stop",
            .arguments = "MODEL",
            .summary = "Stop a running model",
            .arity = {1, 1},
            .variables = {"OLLAMA_HOST"},
            .body = stop};
}

}  // namespace corral::cli
