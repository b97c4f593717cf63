#include "cli/help.h"

#include <algorithm>

#include "cli/parse.h"

namespace corral::cli {
namespace {

constexpr int kCommandColumn = 12;
constexpr int kVariableColumn = 27;

std::string_view type_word(FlagType type) {
    switch (type) {
        case FlagType::text:
            return " string";
        case FlagType::integer:
            return " int";
        case FlagType::boolean:
            break;
    }
    return "";
}

// "  -h, --help" or "      --think string[="true"]".
std::string flag_text(const Flag& flag) {
    auto text = flag.letter != 0 ? fmt::format("  -{}, --{}", flag.letter, flag.name)
                                 : fmt::format("      --{}", flag.name);
    text += type_word(flag.type);
    if (!flag.bare_value.empty()) text += fmt::format("[=\"{}\"]", flag.bare_value);
    return text;
}

std::string flags_section(std::span<const Flag> flags, std::string_view name) {
    auto help_text = fmt::format("help for {}", name);
    std::vector<Flag> all(flags.begin(), flags.end());
    all.push_back(kHelpFlag);
    all.back().help = help_text;
    std::ranges::sort(all, {}, &Flag::name);
    std::size_t width = 0;
    for (const auto& flag : all) width = std::max(width, flag_text(flag).size());
    std::string out = "Flags:\n";
    for (const auto& flag : all)
        out += fmt::format("{:<{}}   {}\n", flag_text(flag), width, flag.help);
    return out;
}

std::string variable_help(std::string_view name) {
    for (const auto& setting : all_settings()) {
        if (setting.name != name) continue;
        if (setting.default_text.empty()) return std::string(setting.help);
        return fmt::format("{} (default {})", setting.help, setting.default_text);
    }
    return "";
}

std::string variables_section(std::span<const std::string_view> names) {
    std::string out = "Environment Variables:\n";
    for (auto name : names) {
        out += fmt::format("      {:<{}}   {}\n", name, kVariableColumn, variable_help(name));
    }
    return out;
}

}  // namespace

std::string root_usage(std::string_view program, std::span<const Flag> flags,
                       std::span<const Command> commands) {
    auto out =
        fmt::format("Usage:\n  {0} [flags]\n  {0} [command]\n\nAvailable Commands:\n", program);
    for (const auto& command : commands) {
        if (command.hidden) continue;
        out += fmt::format("  {:<{}} {}\n", command.name, kCommandColumn, command.summary);
    }
    out += "\n" + flags_section(flags, program);
    out += fmt::format("\nUse \"{} [command] --help\" for more information about a command.\n",
                       program);
    return out;
}

std::string root_help(std::string_view program, std::string_view summary,
                      std::span<const Flag> flags, std::span<const Command> commands) {
    return fmt::format("{}\n\n{}", summary, root_usage(program, flags, commands));
}

std::string command_help(std::string_view program, const Command& command) {
    auto arguments = command.arguments.empty() ? "" : fmt::format(" {}", command.arguments);
    auto out = fmt::format("{}\n\nUsage:\n  {} {}{} [flags]\n\n", command.summary, program,
                           command.name, arguments);
    if (!command.alias.empty()) {
        out += fmt::format("Aliases:\n  {}, {}\n\n", command.name, command.alias);
    }
    out += flags_section(command.flags, command.name);
    if (!command.variables.empty()) out += "\n" + variables_section(command.variables);
    return out;
}

}  // namespace corral::cli
