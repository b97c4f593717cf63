#include "models/modelfile.h"

#include <gtest/gtest.h>

namespace corral::models {
namespace {

std::vector<Command> parsed(std::string_view text) {
    const auto commands = parse_modelfile(text);
    EXPECT_TRUE(commands.has_value()) << commands.error().message;
    return commands.value_or(std::vector<Command>{});
}

void check_error(std::string_view text, std::string_view reason) {
    const auto commands = parse_modelfile(text);
    ASSERT_FALSE(commands.has_value()) << text;
    EXPECT_EQ(commands.error().message, reason) << text;
}

constexpr std::string_view kBadCommand =
    "command must be one of \"from\", \"license\", \"template\", \"system\", \"adapter\", "
    "\"draft\", \"renderer\", "
    "\"parser\", \"parameter\", \"message\", or \"requires\"";

TEST(Modelfile, ReadsEveryInstruction) {
    const std::vector<Command> expected = {
        {"from", false, "model1"},    {"adapter", false, "adapter1"},
        {"license", false, "MIT"},    {"stop", true, "x # not a comment"},
        {"template", false, "a\nb"},  {"message", false, "user: Hey: you"},
        {"requires", false, "0.14.0"}};
    EXPECT_EQ(parsed("# comment\nFROM model1\n  adapter adapter1\nLICENSE MIT\nPARAMETER stop x # "
                     "not a comment\n"
                     "TEMPLATE \"\"\"a\nb\"\"\"\nMESSAGE user Hey: you\nREQUIRES 0.14.0"),
              expected);
}

TEST(Modelfile, ReadsQuotes) {
    const auto system = [](std::string_view value) {
        return parsed("FROM x\nSYSTEM " + std::string(value)).at(1).value;
    };
    EXPECT_EQ(system("plain  "), "plain");
    EXPECT_EQ(system("\"quoted \""), "quoted ");
    EXPECT_EQ(system("\"two\nlines\""), "two\nlines");
    EXPECT_EQ(system("\"\"\"with \"quotes\" inside\n\"\"\"\n"), "with \"quotes\" inside\n");
    EXPECT_EQ(system("'single'"), "'single'");
    EXPECT_EQ(system("\"\""), "");
    EXPECT_EQ(system("tab\tkept"), "tab\tkept");
    EXPECT_EQ(system("zero\xE2\x80\x8Bwidth\x01"), "zerowidth");
    EXPECT_EQ(system("\"closed\" more\nand \"on\""), "closed\" more\nand \"on");
}

TEST(Modelfile, ReadsOtherEncodings) {
    EXPECT_EQ(parsed("\xEF\xBB\xBF"
                     "FROM a\r\nSYSTEM b\r\n")
                  .at(1)
                  .value,
              "b");
    const std::string little(
        "\xFF\xFE"
        "F\0R\0O\0M\0 \0\xE9\0\n\0",
        16);
    EXPECT_EQ(parsed(little).at(0).value, "\xC3\xA9");
    const std::string big(
        "\xFE\xFF"
        "\0F\0R\0O\0M\0 \xD8\x3D\xDE\x00",
        16);
    EXPECT_EQ(parsed(big).at(0).value, "\xF0\x9F\x98\x80");
}

TEST(Modelfile, SaysWhatIsWrongWhere) {
    check_error("", "no FROM line");
    check_error("PARAMETER from x\n", "no FROM line");
    check_error("FROM a\n\nBAD x\n", "(line 3): " + std::string(kBadCommand));
    check_error("FROM\n", "(line 2): " + std::string(kBadCommand));
    check_error("FROM a\nMESSAGE robot hi",
                "(line 2): message role must be one of \"system\", \"user\", or \"assistant\"");
    check_error("FROM a\nSYSTEM \"open", "unexpected EOF");
    check_error("FROM a\nSYSTEM \"\"\"open\"\"", "unexpected EOF");
    check_error("FRO", "unexpected EOF");
    check_error("FROM a\nPARAMETER st-op x", "(line 2): unexpected EOF: st");
}

void check_round_trip(const std::vector<Command>& commands, std::string_view text) {
    EXPECT_EQ(write_modelfile(commands), text);
    EXPECT_EQ(parsed(text), commands);
}

TEST(Modelfile, WritesWhatItReads) {
    check_round_trip(
        {{"from", false, "/models/blobs/sha256-1"}, {"system", false, "You are \"terse\"."}},
        "FROM /models/blobs/sha256-1\nSYSTEM You are \"terse\".\n");
    check_round_trip(
        {{"from", false, "a"},
         {"template", false, "x\n\"y\"\n"},
         {"stop", true, " <|a|>"},
         {"license", false, "l\n"}},
        "FROM a\nTEMPLATE \"\"\"x\n\"y\"\n\"\"\"\nPARAMETER stop \" <|a|>\"\nLICENSE \"l\n\"\n");
    check_round_trip({{"from", false, "a"}, {"message", false, "assistant: hi: there"}},
                     "FROM a\nMESSAGE assistant hi: there\n");
}

Result<Modelfile> interpreted(std::string_view text) {
    return interpret_modelfile(parsed(text));
}

TEST(Modelfile, CollectsValues) {
    const auto file = interpreted(
        "FROM a\nFROM b\nPARAMETER temperature 0.7\nPARAMETER num_ctx 4096\nPARAMETER stop "
        "a\nPARAMETER stop b\n"
        "PARAMETER use_mmap F\nPARAMETER mirostat 1\nLICENSE x\nLICENSE y\nMESSAGE user q\nSYSTEM "
        "one\nSYSTEM two\nREQUIRES v1.2\n");
    ASSERT_TRUE(file.has_value()) << file.error().message;
    EXPECT_EQ(file->from, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(file->parameters_json,
              R"({"num_ctx":4096,"stop":["a","b"],"temperature":0.7,"use_mmap":false})");
    EXPECT_EQ(file->deprecated_parameters, std::vector<std::string>{"mirostat"});
    EXPECT_EQ(file->licenses.size(), 2U);
    EXPECT_EQ(file->messages.at(0), (StoredMessage{"user", "q"}));
    EXPECT_EQ(file->system, "two");
    EXPECT_EQ(file->minimum_version, "1.2");
}

TEST(Modelfile, RefusesBadParameters) {
    const auto check = [](std::string_view line, std::string_view reason) {
        const auto file = interpreted("FROM a\n" + std::string(line));
        ASSERT_FALSE(file.has_value()) << line;
        EXPECT_EQ(file.error().message, reason);
    };
    check("PARAMETER foo 1", "unknown parameter 'foo'");
    check("PARAMETER  top_k 1", "unknown parameter ''");
    check("PARAMETER top_k 1.0", "invalid int value [1.0]");
    check("PARAMETER num_ctx 99999999999999999999", "invalid int value [99999999999999999999]");
    check("PARAMETER top_p abc", "invalid float value [abc]");
    check("PARAMETER use_mmap yes", "invalid bool value [yes]");
    check("REQUIRES soon", "requires must be a valid semver (e.g. 0.14.0)");
    check("REQUIRES 1.2.3.4", "requires must be a valid semver (e.g. 0.14.0)");
}

}  // namespace
}  // namespace corral::models
