#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> say_no_account(Program&, const Invocation&) {
    return fail(ErrorCode::unsupported,
                "this version has no accounts: models run on this machine and need no sign-in");
}

Result<int> say_no_launch(Program& program, const Invocation&) {
    return fail(ErrorCode::unsupported,
                "this version cannot set up other programs; point them at {} yourself",
                program.api.address().url());
}

}  // namespace

Command absent_command(std::string_view name) {
    return {.name = name,
            .summary = "Not part of this version",
            .needs_server = false,
            .hidden = true,
            .body = name == "launch" ? say_no_launch : say_no_account};
}

}  // namespace corral::cli
