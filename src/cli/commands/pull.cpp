#include "cli/pull.h"

#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> pull(Program& program, const Invocation& call) {
    CORRAL_CHECK(pull_model(program, call.arguments[0], call.is_set("insecure")));
    return 0;
}

}  // namespace

Command pull_command() {
    return {.name = "pull",
            .arguments = "MODEL",
            .summary = "Pull a model from a registry",
            .flags = {{.name = "insecure", .help = "Use an insecure registry"}},
            .arity = {1, 1},
            .variables = {"OLLAMA_HOST"},
            .body = pull};
}

}  // namespace corral::cli
