#include "cli/commands.h"
#include "cli/json.h"

namespace corral::cli {
namespace {

Result<int> copy(Program& program, const Invocation& call) {
    const auto& source = call.arguments[0];
    const auto& destination = call.arguments[1];
    CORRAL_CHECK(program.api.post("/api/copy", {{"source", source}, {"destination", destination}}));
    program.console.print(fmt::format("copied '{}' to '{}'\n", source, destination));
    return 0;
}

}  // namespace

Command copy_command() {
    return {.name = "cp",
            .arguments = "SOURCE DESTINATION",
            .summary = "Copy a model",
            .arity = {2, 2},
            .variables = {"OLLAMA_HOST"},
            .body = copy};
}

}  // namespace corral::cli
