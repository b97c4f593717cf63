#include "cli/commands.h"
#include "cli/model_table.h"

namespace corral::cli {
namespace {

Result<int> ps(Program& program, const Invocation& call) {
    CORRAL_TRY(const auto running, program.api.get_text("/api/ps"));
    auto prefix = call.arguments.empty() ? std::string() : call.arguments[0];
    CORRAL_TRY(const auto table, ps_table(running, prefix, now()));
    program.console.print(table);
    return 0;
}

}  // namespace

Command ps_command() {
    return {
        .name = "ps", .summary = "List running models", .variables = {"OLLAMA_HOST"}, .body = ps};
}

}  // namespace corral::cli
