#include "runner/runner.h"

#include <charconv>

#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> serve_one_model(Program&, const Invocation& call) {
    int fd = -1;
    auto text = call.text("fd");
    std::from_chars(text.data(), text.data() + text.size(), fd);
    if (fd < 0) {
        return fail(ErrorCode::invalid,
                    "the server starts runners itself; there is nothing to run by hand");
    }
    return runner::run(fd);
}

}  // namespace

Command runner_command() {
    return {.name = "runner",
            .summary = "Hold one model in memory for the server",
            .flags = {{.name = "fd", .type = FlagType::integer, .help = "Socket of the server"}},
            .arity = {0, 0},
            .needs_server = false,
            .hidden = true,
            .body = serve_one_model};
}

}  // namespace corral::cli
