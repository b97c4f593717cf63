#include "cli/commands.h"
#include "cli/model_table.h"

namespace corral::cli {
namespace {

Result<int> list(Program& program, const Invocation& call) {
    CORRAL_TRY(const auto tags, program.api.get_text("/api/tags"));
    auto prefix = call.arguments.empty() ? std::string() : call.arguments[0];
    CORRAL_TRY(const auto table, list_table(tags, prefix, now()));
    program.console.print(table);
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
