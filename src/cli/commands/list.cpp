#include "cli/commands.h"
#include "cli/json.h"
#include "cli/model_table.h"

namespace corral::cli {
namespace {

Result<int> list(Program& program, const Invocation& call) {
    CORRAL_TRY(auto tags, program.api.get("/api/tags"));
    auto prefix = call.arguments.empty() ? std::string() : call.arguments[0];
    program.console.print(list_table(tags, prefix, now()));
    return 0;
}

}  // namespace

Command list_command() {
    return {.name = "list",
            .alias = "ls",
            .summary = "List models",
            .variables = {"OLLAMA_HOST"},
            .body = list};
}

}  // namespace corral::cli
