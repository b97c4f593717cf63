#include "cli/app.h"

#include <filesystem>
#include <vector>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/server_start.h"
#include "cli/version.h"

namespace corral::cli {
namespace {

constexpr int kExitCancelled = 130;

// The one table from errors to exit statuses.
int exit_status(ErrorCode code) {
    return code == ErrorCode::cancelled ? kExitCancelled : 1;
}

int report(const Program& program, const Error& error) {
    // Whoever pressed Ctrl-C knows why it ended.
    if (error.code != ErrorCode::cancelled) {
        program.console.error(error.message);
        if (!error.hint.empty()) program.console.note(error.hint + "\n");
    }
    return exit_status(error.code);
}

std::string program_name(std::span<const std::string> words) {
    auto name = words.empty() ? "" : std::filesystem::path(words[0]).filename().string();
    return name == "ollama" ? name : "corral";
}

std::vector<Flag> with_help(std::span<const Flag> flags) {
    std::vector<Flag> all(flags.begin(), flags.end());
    all.push_back(kHelpFlag);
    return all;
}

Result<int> run_root(Program& program, std::span<const std::string> words) {
    CORRAL_TRY(auto call, parse_flags(with_help(root_flags()), words));
    if (!call.is_set("help") && call.is_set("version")) return print_version(program);
    if (!call.is_set("help") && !call.arguments.empty()) {
        return fail(unknown_command(call.arguments[0], program.name, all_commands()));
    }
    program.console.print(root_help(program.name, kProgramSummary, root_flags(), all_commands()));
    return 0;
}

Result<int> run_command(Program& program, const Command& command,
                        std::span<const std::string> words) {
    CORRAL_TRY(auto call, parse_flags(with_help(command.flags), words));
    if (call.is_set("help")) {
        program.console.print(command_help(program.name, command));
        return 0;
    }
    CORRAL_CHECK(check_arity(command.arity, call.arguments.size()));
    if (command.needs_server) CORRAL_CHECK(ensure_server(program));
    return command.body(program, call);
}

Result<int> dispatch(Program& program, std::span<const std::string> words) {
    auto at = find_command_word(with_help(root_flags()), words);
    if (!at) return run_root(program, words);
    const Command* command = find_command(words[*at]);
    if (command == nullptr) {
        return fail(unknown_command(words[*at], program.name, all_commands()));
    }
    std::vector<std::string> rest(words.begin(), words.end());
    rest.erase(rest.begin() + static_cast<long>(*at));
    return run_command(program, *command, rest);
}

}  // namespace

int run(std::span<const std::string> words) {
    auto settings = Settings::from_environment();
    Program program{program_name(words), settings, Console::of_process(),
                    ApiClient(settings.host, settings.api_key)};
    auto status = dispatch(program, words.empty() ? words : words.subspan(1));
    return status ? *status : report(program, status.error());
}

}  // namespace corral::cli
