#include "parse/stop_matcher.h"

#include <gtest/gtest.h>

namespace corral::parse {
namespace {

// Feeds the text one byte at a time; gives everything shown, and "|" where a stop string ended it.
std::string check(std::vector<std::string> stops, std::string_view text) {
    StopMatcher matcher(std::move(stops));
    std::string shown;
    for (char c : text) {
        const StopMatcher::Output output = matcher.push(std::string_view(&c, 1));
        shown += output.text;
        if (output.stopped) return shown + "|";
    }
    return shown + matcher.finish();
}

TEST(StopMatcherTest, PassesTextThatHasNoStop) {
    EXPECT_EQ(check({}, "hello"), "hello");
    EXPECT_EQ(check({"END"}, "hello"), "hello");
    EXPECT_EQ(check({""}, "hello"), "hello");
}

TEST(StopMatcherTest, CutsAtTheStop) {
    EXPECT_EQ(check({"END"}, "abcENDdef"), "abc|");
    EXPECT_EQ(check({"aab"}, "aaab"), "a|");
    EXPECT_EQ(check({"\n\n", "###"}, "one\ntwo###"), "one\ntwo|");
}

TEST(StopMatcherTest, GivesBackAStopThatDidNotComplete) {
    EXPECT_EQ(check({"END"}, "abcEN"), "abcEN");
    EXPECT_EQ(check({"END"}, "abcENx"), "abcENx");
}

TEST(StopMatcherTest, WithholdsOnlyWhatMayBecomeAStop) {
    StopMatcher matcher({"<|end|>"});
    EXPECT_EQ(matcher.push("hi <|e").text, "hi ");
    EXPECT_EQ(matcher.push("mpty|>").text, "<|empty|>");
}

TEST(StopMatcherTest, TakesTheEarliestOfSeveralInOnePiece) {
    StopMatcher matcher({"later", "now"});
    const StopMatcher::Output output = matcher.push("a now later");
    EXPECT_TRUE(output.stopped);
    EXPECT_EQ(output.text, "a ");
}

TEST(StopMatcherTest, TellsWhichStopEndedTheText) {
    StopMatcher matcher({"later", "END"});
    EXPECT_EQ(matcher.push("text EN").stop, "");
    const auto output = matcher.push("D and later");
    EXPECT_TRUE(output.stopped);
    EXPECT_EQ(output.stop, "END");
}

}  // namespace
}  // namespace corral::parse
