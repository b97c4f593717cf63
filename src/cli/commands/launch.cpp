#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> say_no_launch(Program& program, const Invocation&) {
    return fail(ErrorCode::unsupported,
                "this version cannot set up other programs; point them at {} yourself",
                program.api.address().url());
}

}  // namespace

Command launch_command() {
    return {.name = "launch",
            .summary = "Not part of this version",
            .needs_server = false,
            .hidden = true,
            .body = say_no_launch};
}

}  // namespace corral::cli
