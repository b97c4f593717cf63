#include "parse/grammar.h"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"
#include "parse/grammar_matcher.h"
#include "parse/token_trie.h"

namespace corral::parse {
namespace {

GrammarMatcher matcher_of(std::string_view text) {
    Result<Grammar> grammar = Grammar::parse(text);
    EXPECT_TRUE(grammar) << text << ": " << grammar.error().message;
    return GrammarMatcher(std::make_shared<const Grammar>(std::move(*grammar)));
}

enum class Fit { no, so_far, whole };

Fit fit(GrammarMatcher& matcher, std::string_view text) {
    const auto state = matcher.after(matcher.start(), text);
    if (state == GrammarMatcher::kDead) return Fit::no;
    return matcher.accepts(state) ? Fit::whole : Fit::so_far;
}

void check(std::string_view grammar, std::string_view text, Fit expected) {
    auto matcher = matcher_of(grammar);
    EXPECT_EQ(fit(matcher, text), expected) << grammar << " on " << text;
}

void check_refused(std::string_view grammar, std::string_view complaint) {
    const auto parsed = Grammar::parse(grammar);
    ASSERT_FALSE(parsed) << grammar;
    EXPECT_NE(parsed.error().message.find(complaint), std::string::npos) << parsed.error().message;
}

constexpr std::string_view kJson = R"GBNF(root ::= value
value ::= object | array | string | "true" | [0-9]+
object ::= "{" ( member ("," member)* )? "}"   # a comment
member ::= string ":" value
array ::= "[" ( value ("," value)* )? "]"
string ::= "\"" [^"\\\x00-\x1F]* "\""
)GBNF";

TEST(GrammarTest, FollowsText) {
    check(kJson, R"({"a":[1,22,{"b":"é€😀"}],"c":true})", Fit::whole);
    check(kJson, R"({"a":[1,22,{"b":)", Fit::so_far);
    check(kJson, R"({"a":]})", Fit::no);
    check(kJson, "", Fit::so_far);
    check("root ::= \"a\" | \"ab\"", "a", Fit::whole);
    check("root ::= | \"a\"", "", Fit::whole);
    check("root ::= (\"a\"\n | \"b\"\n)+", "abba", Fit::whole);
}

TEST(GrammarTest, CountsRepetitions) {
    for (const auto& [text, expected] : {std::pair("a", Fit::so_far),
                                         {"aa", Fit::whole},
                                         {"aaaa", Fit::whole},
                                         {"aaaaa", Fit::no}})
        check("root ::= \"a\"{2,4}", text, expected);
    check("root ::= \"xy\"{3}", "xyxyxy", Fit::whole);
    check("root ::= \"a\"{2,}", "aaaaaaa", Fit::whole);
    check("root ::= \"a\"?", "aa", Fit::no);
    check("root ::= ((\"a\"{3}){3}){3}", std::string(27, 'a'), Fit::whole);
    check("root ::= ((\"a\"{30000}){30000}){30000}", std::string(100, 'a'), Fit::so_far);
    check("root ::= \"a\"{0,99999} \"b\"", std::string(50'000, 'a') + "b", Fit::whole);
}

TEST(GrammarTest, MatchesCharactersByTheirBytes) {
    check("root ::= [é-ü]", "ö", Fit::whole);
    check("root ::= [é-ü]", "\xC3", Fit::so_far);
    check("root ::= [é-ü]", "À", Fit::no);
    check("root ::= [^a]", "😀", Fit::whole);
    check("root ::= [^😀]", "😀", Fit::no);
    check("root ::= .", "\xED\xA0\x80", Fit::no) /* a surrogate */;
    check("root ::= .", "\xC0\x80", Fit::no) /* overlong */;
    check("root ::= [\\u20AC\\U0001F600\\x41]", "€", Fit::whole);
}

// A wrong answer to any byte of any character would show here.
TEST(CharSetTest, AgreesWithDecoding) {
    const auto ranges =
        CharSet::normalized({{U'a', U'f'}, {0x7FF, 0x801}, {0xD000, 0xE001}, {0xFFFF, 0x10003}});
    const CharSet set(ranges);
    const CharSet others(CharSet::complement(ranges));
    const auto contains = [](const CharSet& any, std::uint32_t code_point) {
        std::string text;
        append_utf8(text, code_point);
        std::uint16_t state = CharSet::kStart;
        for (char c : text) {
            if (state >= CharSet::kDone) return false;
            state = any.next(state, static_cast<std::uint8_t>(c));
        }
        return state == CharSet::kDone;
    };
    for (std::uint32_t c = 0; c <= 0x10FFFF; c += c < 0x11000 ? 1 : 0x101) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        const bool expected = (c >= 'a' && c <= 'f') || (c >= 0x7FF && c <= 0x801) ||
                              (c >= 0xD000 && c <= 0xE001) || (c >= 0xFFFF && c <= 0x10003);
        ASSERT_EQ(contains(set, c), expected) << c;
        ASSERT_EQ(contains(others, c), !expected) << c;
    }
}

TEST(GrammarTest, RefusesWhatCannotBeUsed) {
    check_refused("", "root is not defined");
    check_refused("root ::= other", "other is not defined");
    check_refused("root ::= \"a", "ends too early");
    check_refused("root ::= (\"a\"", "parenthesis");
    check_refused("root ::= \"a\"{99999}", "at most");
    check_refused("root ::= \"a\"{3,2}", "no sense");
    check_refused("root ::= root \"a\" | \"b\"", "left recursion");
    check_refused("root ::= e root \"a\" | \"b\"\ne ::= \"x\"?", "left recursion");
    std::string large = "root ::= ";
    for (int i = 0; i < 25; ++i) large += "\"a\"{30000} ";
    check_refused(large, "too large");
    check_refused("root ::= " + std::string(10'000, '('), "too deeply");
    check_refused("root ::= <[12]>", "end of a line");
}

TEST(GrammarTest, TakesRulesThatOnlyStandForEachOther) {
    check("root ::= a | \"x\"\na ::= root | \"y\"", "y", Fit::whole);
    check("root ::= ((\"a\"*)*)*", "aaa", Fit::whole);
}

TEST(GrammarTest, LeavesOutWhatCannotBeCompleted) {
    check("root ::= \"a\" ([b-a] | \"c\") | \"x\" endless\nendless ::= \"y\" endless", "ac",
          Fit::whole);
    check("root ::= \"a\" | \"x\" endless\nendless ::= \"y\" endless", "x", Fit::no);
    check_refused("root ::= \"a\" root", "no text");
    check_refused("root ::= [b-a]", "no text");
}

// Every "a" doubles the ways to go on; kept apart they would be 2^200.
TEST(GrammarMatcherTest, AmbiguityDoesNotExplode) {
    auto matcher = matcher_of("root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"\"");
    std::string text(200, 'a');
    for (int i = 0; i < 200; ++i) text += i % 3 == 0 ? 'b' : 'c';
    EXPECT_EQ(fit(matcher, text), Fit::whole);
    EXPECT_EQ(fit(matcher, text + "b"), Fit::no);
    EXPECT_FALSE(matcher.gave_up());
}

TEST(GrammarMatcherTest, TrimsItsTableOnTheWay) {
    auto matcher = matcher_of(kJson);
    auto state = matcher.start();
    constexpr int kDepth = 25'000;
    for (int i = 0; i < kDepth; ++i) state = matcher.trim(matcher.after(state, "[1,"));
    state = matcher.after(state, "1");
    for (int i = 0; i < kDepth; ++i) state = matcher.trim(matcher.after(state, "]"));
    EXPECT_GT(matcher.generation(), 0U);
    EXPECT_TRUE(matcher.accepts(state));
    EXPECT_FALSE(matcher.gave_up());
}

// As a finite automaton, this has 2^24 states.
TEST(GrammarMatcherTest, GivesUpRatherThanTakeAllMemory) {
    auto matcher = matcher_of("root ::= [ab]* \"a\" [ab]{24,2000} \"c\"");
    auto state = matcher.start();
    std::uint32_t random = 1;
    for (int i = 0; i < 3'000'000 && state != GrammarMatcher::kDead; ++i) {
        random = random * 1664525 + 1013904223;
        state = matcher.after(state, static_cast<std::uint8_t>(random >> 31 ? 'a' : 'b'));
    }
    EXPECT_TRUE(matcher.gave_up());
}

TEST(TokenTrieTest, CollectsWhatFits) {
    const std::vector<std::string> texts = {"",    "{",  "{\"", "a", "a\"",       "\"",
                                            "\":", "1",  "1,",  "é", "\xC3",      "\xA9",
                                            "a",   "{}", "}x",  ",", "\xC3\xA9\""};
    const TokenTrie trie(texts);
    auto matcher = matcher_of(kJson);
    for (const char* before : {"", "{", "{\"", "{\"x", "{\"\xC3", "[1", "[1,", "1"}) {
        const auto state = matcher.after(matcher.start(), before);
        TokenMask mask(texts.size());
        trie.collect(matcher, state, mask);
        for (std::size_t token = 0; token < texts.size(); ++token) {
            const bool fits = !texts[token].empty() &&
                              matcher.after(state, texts[token]) != GrammarMatcher::kDead;
            EXPECT_EQ(mask.contains(token), fits) << before << " + " << texts[token];
        }
    }
}

}  // namespace
}  // namespace corral::parse
