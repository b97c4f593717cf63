#include "cli/commands.h"

#include <algorithm>
#include <array>

namespace corral::cli {

std::span<const Command> all_commands() {
    static const std::array kCommands = {
        serve_command(),          create_command(),
        show_command(),           run_command(),
        stop_command(),           pull_command(),
        push_command(),           update_command(),
        signin_command("signin"), signout_command("signout"),
        list_command(),           ps_command(),
        copy_command(),           remove_command(),
        launch_command(),         export_command(),
        doctor_command(),         help_command(),
        signin_command("login"),  signout_command("logout"),
        runner_command(),
    };
    return kCommands;
}

const Command* find_command(std::string_view word) {
    if (word.empty()) return nullptr;
    auto commands = all_commands();
    auto found = std::ranges::find_if(commands, [&](const Command& command) {
        return command.name == word || command.alias == word;
    });
    return found == commands.end() ? nullptr : &*found;
}

std::span<const Flag> root_flags() {
    static constexpr std::array kFlags = {
        Flag{.name = "nowordwrap", .help = "Don't wrap words to the next line automatically"},
        Flag{.name = "verbose", .help = "Show timings for response"},
        Flag{.name = "version", .letter = 'v', .help = "Show version information"},
    };
    return kFlags;
}

}  // namespace corral::cli
