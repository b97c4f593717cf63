#include "cli/help.h"

#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> print_help(Program& program, const Invocation& call) {
    const auto& console = program.console;
    if (call.arguments.empty()) {
        console.print(root_help(program.name, kProgramSummary, root_flags(), all_commands()));
        return 0;
    }
    if (const Command* command = find_command(call.arguments[0])) {
        console.print(command_help(program.name, *command));
        return 0;
    }
    console.note(fmt::format("Unknown help topic [`{}`]\n", fmt::join(call.arguments, "` `")));
    console.note(root_usage(program.name, root_flags(), all_commands()));
    return 0;
}

}  // namespace

Command help_command() {
    return {.name = "help",
            .arguments = "[command]",
            .summary = "Help about any command",
            .needs_server = false,
            .body = print_help};
}

}  // namespace corral::cli
