#include "cli/term/bar.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "cli/term/progress.h"

namespace corral::cli {
namespace {

using std::chrono::seconds;

const ProgressClock::time_point kStart{};

TEST(Bar, ShowsAmountSpeedAndRemainingTime) {
    Bar bar("pulling 1f2e3d4c5b6a:", 4'700'000'000, 1'500'000'000, kStart);
    bar.update(1'569'000'000, kStart + seconds(1));
    bar.update(1'990'000'000, kStart + seconds(11));
    EXPECT_EQ(bar.text(80),
              "pulling 1f2e3d4c5b6a:  42% ▕███████           ▏ 2.0 GB/4.7 GB   42 MB/s    1m4s");
}

TEST(Bar, FinishesWithTheTotalAlone) {
    Bar bar("pulling 1f2e3d4c5b6a:", 4'700'000'000, 4'700'000'000, kStart);
    EXPECT_TRUE(bar.finished());
    EXPECT_EQ(bar.text(80),
              "pulling 1f2e3d4c5b6a: 100% ▕██████████████████▏ 4.7 GB" + std::string(25, ' '));
    EXPECT_EQ(bar.plain_text(), "pulling 1f2e3d4c5b6a: 100% 4.7 GB");
}

TEST(Bar, LeavesSpeedBlankWhileItIsUnknown) {
    Bar bar("x", 1000, 10, kStart);
    EXPECT_EQ(bar.text(60), "x   1% ▕                  ▏   10 B/  1 KB" + std::string(18, ' '));
}

TEST(Bar, SurvivesNarrowTerminalsAndNoTotal) {
    Bar bar("x", 0, 0, kStart);
    EXPECT_EQ(bar.text(10), "x 100% ▕▏    0 B" + std::string(25, ' '));
}

TEST(RemainingText, UsesTheLargestFittingForm) {
    EXPECT_EQ(remaining_text(seconds(0)), "0s");
    EXPECT_EQ(remaining_text(seconds(66)), "1m6s");
    EXPECT_EQ(remaining_text(seconds(3 * 3600 + 7 * 60 + 5)), "3h7m");
    EXPECT_EQ(remaining_text(seconds(360'000)), "99h+");
}

TEST(SpinnerText, KeepsOnlyTheMessageWhenStopped) {
    EXPECT_EQ(spinner_text("pulling manifest", 1, false), "pulling manifest ⠙ ");
    EXPECT_EQ(spinner_text("", 10, false), "⠋ ");
    EXPECT_EQ(spinner_text("pulling manifest", 1, true), "pulling manifest ");
}

TEST(Elided, LeavesOutTheMiddleOfLongLines) {
    EXPECT_EQ(elided("short", 20), "short");
    EXPECT_EQ(elided("copying file 0123456789 42% ⠙ ", 20), "copying fi…9 42% ⠙ ");
    EXPECT_EQ(display_width(elided("copying file 0123456789 42% ⠙ ", 20)), 19U);
}

TEST(FrameText, DrawsOverTheFrameBefore) {
    EXPECT_EQ(frame_text({"a", "b"}, 0),
              "\033[?2026h\033[?25l\033[1Ga\033[K\nb\033[K\033[?25h\033[?2026l");
    EXPECT_EQ(
        frame_text({"a", "b", "c"}, 3),
        "\033[?2026h\033[?25l\033[A\033[A\033[1Ga\033[K\nb\033[K\nc\033[K\033[?25h\033[?2026l");
}

// What a Progress writes when standard error is not a terminal.
std::string written(void (*act)(Progress&)) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* stream = open_memstream(&text, &size);
    Console console;
    console.err = stream;
    {
        Progress progress(console);
        act(progress);
    }
    std::fclose(stream);
    std::string result(text, size);
    std::free(text);
    return result;
}

TEST(Progress, PrintsPlainLinesOffATerminal) {
    EXPECT_EQ(written([](Progress& progress) {
                  progress.add_spinner("pulling manifest");
                  auto bar = progress.add_bar("pulling 12:", 100, 10);
                  progress.set_current(bar, 50);
                  progress.set_current(bar, 100);
                  progress.set_current(bar, 100);
                  auto copying = progress.add_spinner("");
                  progress.set_message(copying, "copying file 10%");
                  progress.set_message(copying, "copying file 100%");
                  progress.add_spinner("success");
              }),
              "pulling manifest\npulling 12: 100% 100 B\ncopying file 100%\nsuccess\n");
}

TEST(Progress, PrintsNothingForABareSpinner) {
    EXPECT_EQ(written([](Progress& progress) {
                  progress.add_spinner("");
                  progress.clear();
              }),
              "");
}

}  // namespace
}  // namespace corral::cli
