#include "cli/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.h"

namespace corral::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(CommandHelp, AlignsFlagsAndListsVariables) {
    auto page = command_help("ollama", *find_command("run"));
    EXPECT_THAT(page,
                StartsWith("Run a model\n\nUsage:\n  ollama run MODEL [PROMPT] [flags]\n\nFlags:\n"
                           "      --dimensions int          "));
    EXPECT_THAT(page, HasSubstr("\n  -h, --help                    help for run\n"));
    EXPECT_THAT(page, HasSubstr("\n      --think string[=\"true\"]   "));
    EXPECT_THAT(page, HasSubstr("\n\nEnvironment Variables:\n      OLLAMA_EDITOR "));
}

TEST(CommandHelp, NamesAliases) {
    EXPECT_THAT(command_help("ollama", *find_command("ls")),
                HasSubstr("\n\nAliases:\n  list, ls\n\nFlags:\n"));
}

TEST(RootHelp, ListsVisibleCommandsInOrder) {
    auto page = root_help("ollama", kProgramSummary, root_flags(), all_commands());
    EXPECT_THAT(page, HasSubstr("Usage:\n  ollama [flags]\n  ollama [command]\n\n"
                                "Available Commands:\n  serve        Start the server\n"
                                "  create       Create a model\n  show         "));
    EXPECT_THAT(page, HasSubstr("\n  -v, --version      Show version information\n"));
    EXPECT_THAT(page, Not(HasSubstr("\n  runner")));
    EXPECT_THAT(
        page, EndsWith("Use \"ollama [command] --help\" for more information about a command.\n"));
}

TEST(Commands, AreFoundByNameAndAlias) {
    EXPECT_EQ(find_command("start"), find_command("serve"));
    EXPECT_EQ(find_command(""), nullptr);
    EXPECT_EQ(find_command("nosuch"), nullptr);
    for (const auto& command : all_commands()) EXPECT_NE(command.body, nullptr) << command.name;
}

TEST(Commands, ServeListsEveryVariableOfTheServerWithItsDefault) {
    const auto page = command_help("corral", *find_command("serve"));
    for (const auto& setting : all_settings()) {
        if (!setting.for_server) continue;
        EXPECT_THAT(page, HasSubstr(fmt::format("      {:<27}   ", setting.name)));
        if (!setting.default_text.empty()) {
            EXPECT_THAT(page, HasSubstr(fmt::format("(default {})\n", setting.default_text)));
        }
    }
}

TEST(Commands, ListOnlyKnownVariables) {
    for (const auto& command : all_commands()) {
        for (auto name : command.variables) {
            auto settings = all_settings();
            EXPECT_TRUE(std::ranges::any_of(settings, [&](const auto& s) {
                return s.name == name;
            })) << name;
        }
    }
}

}  // namespace
}  // namespace corral::cli
