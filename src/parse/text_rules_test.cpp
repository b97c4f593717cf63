#include "parse/text_rules.h"

#include <gtest/gtest.h>

#include <memory>

#include "parse/grammar.h"
#include "parse/grammar_matcher.h"

namespace corral::parse {
namespace {

// Whether a text is all of what the rules want.
bool fits(std::string_view rules, std::string_view text) {
    auto grammar = Grammar::parse(rules, "text");
    EXPECT_TRUE(grammar) << rules << grammar.error().message;
    if (!grammar) return false;
    GrammarMatcher matcher(std::make_shared<const Grammar>(std::move(*grammar)));
    const auto state = matcher.after(matcher.start(), text);
    return state != GrammarMatcher::kDead && matcher.accepts(state);
}

bool follows(std::string_view syntax, std::string_view definition, std::string_view text,
             Spelling spelling = Spelling::plain) {
    const auto rules = text_rules(syntax, definition, spelling, "text");
    EXPECT_TRUE(rules) << definition << ": " << rules.error().message;
    return rules && fits(*rules, text);
}

std::string refusal(std::string_view syntax, std::string_view definition) {
    const auto rules = text_rules(syntax, definition, Spelling::plain, "text");
    return rules ? "" : rules.error().message;
}

TEST(RegexGrammar, MatchesWholeTexts) {
    struct Row {
        std::string_view regex;
        std::vector<std::string_view> texts;
        std::vector<std::string_view> others;
    };
    const Row rows[] = {
        {"abc", {"abc"}, {"ab", "abcd", ""}},
        {"^a|b$", {"a", "b"}, {"", "ab"}},
        {"", {""}, {"a"}},
        {"(a|)b?", {"", "a", "b", "ab"}, {"ba"}},
        {R"(\d{4}-\d{2})", {"2026-12"}, {"2026-1", "26-12"}},
        {"a{2,}b{0,1}", {"aa", "aaaab"}, {"a", "aabb"}},
        {R"([^a-c\s]+)", {"xyz-"}, {"xa", "x y", ""}},
        {R"([\w.-]+@\w+)", {"a.b-c@d_1"}, {"@x"}},
        {R"([]a])", {"]", "a"}, {"b"}},
        {".*?", {"", "äöü 😀"}, {"a\nb"}},
        {R"(\x41\u00e4\u{1F600}\.\n)", {"Aä😀.\n"}, {"A"}},
        {"(?<year>\\d)(?P<x>a)(?:b)", {"1ab"}, {"1a"}},
        {R"(\D\W\S)", {"a-b"}, {"1-b", "aab", "a- "}},
        {"ä+", {"ää"}, {"a"}},
    };
    for (const auto& [regex, texts, others] : rows) {
        for (const auto text : texts) EXPECT_TRUE(follows("regex", regex, text)) << regex << text;
        for (const auto text : others) EXPECT_FALSE(follows("regex", regex, text)) << regex << text;
    }
}

TEST(RegexGrammar, IsSpelledAsJsonWants) {
    const auto follows_in_json = [](std::string_view regex, std::string_view text) {
        return follows("regex", regex, text, Spelling::in_json);
    };
    EXPECT_TRUE(follows_in_json(R"("a\\b"\n\x01)", R"(\"a\\b\"\n\u0001)"));
    EXPECT_TRUE(follows_in_json(".+", R"(a\"\\\tä)"));
    EXPECT_FALSE(follows_in_json(".+", R"(a")")) << "would end the text";
    EXPECT_FALSE(follows_in_json(".+", "\n"));
    EXPECT_TRUE(follows_in_json(R"([^x])", R"(\n)"));
    EXPECT_FALSE(follows_in_json(R"([^\n])", R"(\n)"));
}

TEST(RegexGrammar, NamesWhatItCannotExpress) {
    EXPECT_EQ(refusal("regex", "a(?=b)"),
              "looking around is not supported (at byte 4 of the expression)");
    for (const auto* regex :
         {"(?<!a)b", "(?i)a", R"((a)\1)", R"(\bword)", "a^b", "a$b", "(a", "a)", "[a", "*a", "a**",
          "a{2,1}", "a{x}", "[b-a]", R"(\p{L})", R"(\)", R"(\x4)", "[[:alpha:]]", "\xFF"}) {
        EXPECT_NE(refusal("regex", regex), "") << regex;
    }
    EXPECT_NE(refusal("regex", std::string(100, '(') + std::string(100, ')')), "");
    EXPECT_NE(refusal("regex", std::string(100'000, 'a')), "");
    EXPECT_EQ(refusal("bnf", "a"), "its syntax is \"lark\" or \"regex\"");
}

constexpr std::string_view kPatch = R"(
start: begin_patch hunk+ end_patch
begin_patch: "*** Begin Patch" LF
end_patch: "*** End Patch" LF?
hunk: add_hunk | delete_hunk  // one file each
add_hunk: "*** Add File: " filename LF add_line+
delete_hunk: "*** Delete File: " filename LF
filename: /(.+)/
add_line: "+" /(.*)/ LF -> line
%import common.LF
)";

TEST(LarkGrammar, IsThatOfPatches) {
    const auto follows_patch = [](std::string_view text) { return follows("lark", kPatch, text); };
    EXPECT_TRUE(follows_patch(
        "*** Begin Patch\n*** Add File: a.txt\n+one\n+\n*** Delete File: b\n*** End Patch"));
    EXPECT_FALSE(follows_patch("*** Begin Patch\n*** End Patch"));
    EXPECT_FALSE(follows_patch("*** Begin Patch\n*** Add File: a.txt\none\n*** End Patch"));
    EXPECT_TRUE(follows("lark", kPatch, R"(*** Begin Patch\n*** Delete File: \"b\"\n*** End Patch)",
                        Spelling::in_json));
}

TEST(LarkGrammar, KnowsTheNotation) {
    struct Row {
        std::string_view lark;
        std::vector<std::string_view> texts;
        std::vector<std::string_view> others;
    };
    const Row rows[] = {
        {"start: \"a\"", {"a"}, {"", "aa"}},
        {"?start: (A | B)~2..3 [\"!\"]\nA.2: \"a\"i\nB: \"0\"..\"3\"\n",
         {"aA", "a3", "012!"},
         {"a", "0123", "44"}},
        {"start: sum\nsum: product (\"+\" product)*\n!product: NUMBER (\"*\" NUMBER)*\n"
         "%import common (NUMBER, WS)\n%ignore WS",
         {"1 + 2*3.5 ", "7", " 1\n+1"},
         {"1 +", "1 2", ""}},
        {"start: a~3\n\n# a comment\na: \"x\"\n  | /y+/i -> why\n  |",
         {"", "xyY", "xxx"},
         {"xyxyx"}},
        {"start: TEXT\nTEXT: \"\\\"\" (LETTER | \" \")* \"\\\"\"\n%import common.LETTER\n%ignore "
         "\" \"",
         {"\"a b\"", "  \"ab\" "},
         {"\"a1\""}},
    };
    for (const auto& [lark, texts, others] : rows) {
        for (const auto text : texts) EXPECT_TRUE(follows("lark", lark, text)) << lark << text;
        for (const auto text : others) EXPECT_FALSE(follows("lark", lark, text)) << lark << text;
    }
}

TEST(LarkGrammar, NamesWhatItCannotExpress) {
    EXPECT_EQ(refusal("lark", "start: a\n\nb: \"x\"\n"),
              "a is not defined (in line 1 of the grammar)");
    EXPECT_EQ(refusal("lark", "a: \"x\"\n"), "the grammar has no rule `start`");
    EXPECT_EQ(refusal("lark", "start: \"x\"\n%declare X"),
              "only %ignore and %import are supported (in line 2 of the grammar)");
    EXPECT_EQ(refusal("lark", "start: /a(?=b)/"),
              "looking around is not supported (at byte 4 of the expression) (in line 1 of the "
              "grammar)");
    for (const auto* lark :
         {"start: start \"a\" | \"b\"", "start: x{A}\n", "start: A\nA: b\nb: \"x\"", "start \"a\"",
          "start: (\"a\"", "start: \"a", "start: /a", "start: /a/x", "start: \"a\"~", "start: \"\"",
          "start: \"a\"\nstart: \"b\"", "%import other.X", "%import common.NOTHING",
          "start: \"b\"..\"a\"", "start: \"\\q\"", "start: )", "start: start", "\xFF", ""}) {
        EXPECT_NE(refusal("lark", lark), "") << lark;
    }
    EXPECT_NE(refusal("lark", "start: " + std::string(100, '(') + "\"a\"" + std::string(100, ')')),
              "");
    EXPECT_NE(refusal("lark", "start: \"a\"~30000\n" + std::string(100'000, ' ')), "");
}

}  // namespace
}  // namespace corral::parse
