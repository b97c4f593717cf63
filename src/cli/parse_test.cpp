#include "cli/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "cli/commands.h"

namespace corral::cli {
namespace {

using testing::ElementsAre;

const std::array<Flag, 6> kFlags = {{
    {.name = "dimensions", .type = FlagType::integer},
    {.name = "file", .letter = 'f', .type = FlagType::text},
    {.name = "format", .type = FlagType::text},
    {.name = "think", .type = FlagType::text, .bare_value = "true"},
    {.name = "verbose", .letter = 'v'},
    kHelpFlag,
}};

Invocation parsed(const std::vector<std::string>& words) {
    auto result = parse_flags(kFlags, words);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result ? *result : Invocation{};
}

void check_error(const std::vector<std::string>& words, std::string_view message) {
    auto result = parse_flags(kFlags, words);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, message);
}

TEST(ParseFlags, MixesFlagsAndArguments) {
    auto call = parsed({"m", "hello", "--verbose", "you", "--format", "json"});
    EXPECT_THAT(call.arguments, ElementsAre("m", "hello", "you"));
    EXPECT_TRUE(call.is_set("verbose"));
    EXPECT_EQ(call.text("format"), "json");
}

TEST(ParseFlags, TakesValuesAfterEquals) {
    auto call = parsed({"--format=a=b", "--verbose=false", "-f=x"});
    EXPECT_EQ(call.text("format"), "a=b");
    EXPECT_TRUE(call.has("verbose"));
    EXPECT_FALSE(call.is_set("verbose"));
    EXPECT_EQ(call.text("file"), "x");
}

TEST(ParseFlags, GroupsLetters) {
    auto call = parsed({"-vf", "name", "-vfother"});
    EXPECT_TRUE(call.is_set("verbose"));
    EXPECT_EQ(call.text("file"), "other");
}

TEST(ParseFlags, EndsAtTwoDashes) {
    EXPECT_THAT(parsed({"m", "--", "-v", "--x"}).arguments, ElementsAre("m", "-v", "--x"));
    EXPECT_THAT(parsed({"-", ""}).arguments, ElementsAre("-", ""));
}

TEST(ParseFlags, ThinkTakesAValueOnlyWhenAttached) {
    auto call = parsed({"--think", "high"});
    EXPECT_EQ(call.text("think"), "true");
    EXPECT_THAT(call.arguments, ElementsAre("high"));
    EXPECT_EQ(parsed({"--think=low"}).text("think"), "low");
}

TEST(ParseFlags, ExplainsWhatIsWrong) {
    check_error({"--foo"}, "unknown flag: --foo");
    check_error({"--foo=1"}, "unknown flag: --foo");
    check_error({"-x"}, "unknown shorthand flag: 'x' in -x");
    check_error({"-vx"}, "unknown shorthand flag: 'x' in -x");
    check_error({"--format"}, "flag needs an argument: --format");
    check_error({"-f"}, "flag needs an argument: 'f' in -f");
    check_error({"--dimensions", "abc"},
                "invalid argument \"abc\" for \"--dimensions\" flag: strconv.ParseInt: parsing "
                "\"abc\": invalid syntax");
    check_error({"--verbose=maybe"},
                "invalid argument \"maybe\" for \"-v, --verbose\" flag: strconv.ParseBool: parsing "
                "\"maybe\": invalid syntax");
    check_error({"--dimensions=99999999999999999999"},
                "invalid argument \"99999999999999999999\" for \"--dimensions\" flag: "
                "strconv.ParseInt: parsing \"99999999999999999999\": value out of range");
    check_error({"--=x"}, "bad flag syntax: --=x");
}

TEST(CheckArity, CountsAsUpstreamDoes) {
    EXPECT_EQ(check_arity({1, 1}, 0).error().message, "accepts 1 arg(s), received 0");
    EXPECT_EQ(check_arity({1, -1}, 0).error().message,
              "requires at least 1 arg(s), only received 0");
    EXPECT_TRUE(check_arity({1, -1}, 5));
    EXPECT_TRUE(check_arity({0, -1}, 5));
}

TEST(FindCommandWord, SkipsFlagsOfTheProgram) {
    std::vector<std::string> words = {"--verbose", "-v", "list"};
    EXPECT_EQ(find_command_word(root_flags(), words), 2U);
    words = {"--unknown", "list", "ps"};
    EXPECT_EQ(find_command_word(root_flags(), words), 2U);
    words = {"--", "list"};
    EXPECT_EQ(find_command_word(root_flags(), words), std::nullopt);
}

TEST(UnknownCommand, SuggestsNamesThatAreNear) {
    EXPECT_EQ(unknown_command("lisst", "ollama", all_commands()).message,
              "unknown command \"lisst\" for \"ollama\"\n\nDid you mean this?\n\tlist\n");
    EXPECT_EQ(unknown_command("SHO", "corral", all_commands()).message,
              "unknown command \"SHO\" for \"corral\"\n\nDid you mean this?\n\tshow\n\tstop\n");
    EXPECT_EQ(unknown_command("xyzzyx", "ollama", all_commands()).message,
              "unknown command \"xyzzyx\" for \"ollama\"");
}

}  // namespace
}  // namespace corral::cli
