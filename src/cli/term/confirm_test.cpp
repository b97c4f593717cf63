#include "cli/term/confirm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::cli {
namespace {

std::optional<Choice> pressed(std::string_view keys) {
    return Confirmation("Really?").press(keys);
}

TEST(Confirmation, KnowsItsKeys) {
    EXPECT_EQ(pressed("\r"), Choice::yes);
    EXPECT_EQ(pressed("\n"), Choice::yes);
    EXPECT_EQ(pressed("\033[C\r"), Choice::no);
    EXPECT_EQ(pressed("\033OC\r"), Choice::no);
    EXPECT_EQ(pressed("\033[C\033[C\033[D\r"), Choice::yes);
    EXPECT_EQ(pressed("\033"), Choice::cancelled);
    EXPECT_EQ(pressed("\003"), Choice::cancelled);
}

TEST(Confirmation, IgnoresAllOthers) {
    EXPECT_EQ(pressed("ynYN \t\033[A\033[B"), std::nullopt);
    EXPECT_EQ(pressed(""), std::nullopt);
    EXPECT_EQ(pressed("n\r"), Choice::yes);
}

TEST(Confirmation, ShowsWhatIsChosen) {
    Confirmation confirmation("Really?");
    EXPECT_THAT(confirmation.lines(80),
                testing::ElementsAre("Really?", "", "  \033[1;7m  Yes  \033[0m    No  "));
    confirmation.press("\033[C");
    EXPECT_EQ(confirmation.lines(80).back(), "    Yes    \033[1;7m  No  \033[0m");
}

}  // namespace
}  // namespace corral::cli
