#include "parse/word_watch.h"

#include <gtest/gtest.h>

namespace corral::parse {
namespace {

// The word found and what follows it, the text given in pieces of `n` bytes.
std::string watch(const std::vector<std::string>& words, std::string_view text, std::size_t n) {
    WordWatch watch(words);
    for (std::size_t i = 0; i < text.size(); i += n) {
        if (const auto found = watch.push(text.substr(i, n)))
            return words[found->word] + "|" + found->rest;
    }
    return "";
}

TEST(WordWatchTest, FindsAWordHoweverTheTextIsCut) {
    for (std::size_t n = 1; n < 8; ++n)
        EXPECT_EQ(watch({"<tool>", "</think>"}, "ab<<tool>", n), "<tool>|");
    EXPECT_EQ(watch({"<tool>", "</think>"}, "a</think>b<tool>", 99), "</think>|b<tool>");
    EXPECT_EQ(watch({"<tool>", ""}, "<too l>", 1), "");
    EXPECT_EQ(watch({}, "text", 1), "");
}

TEST(WordWatchTest, PrefersTheLongerOfTwoThatBeginTogether) {
    EXPECT_EQ(watch({"<t", "<tool"}, "x<tools", 99), "<tool|s");
}

}  // namespace
}  // namespace corral::parse
