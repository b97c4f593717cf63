#include "cli/text/number.h"

#include <gtest/gtest.h>

namespace corral::cli {
namespace {

TEST(ShortestNumber, PrintsAsGoDoes) {
    struct Case {
        double value;
        const char* text;
    };
    for (auto [value, text] : {
             Case{0, "0"},
             Case{1, "1"},
             Case{-0.6, "-0.6"},
             Case{131072, "131072"},
             Case{999999, "999999"},
             Case{1048576, "1.048576e+06"},
             Case{8e9, "8e+09"},
             Case{500000.5, "500000.5"},
             Case{0.0001, "0.0001"},
             Case{1e-5, "1e-05"},
             Case{1.5e300, "1.5e+300"},
         }) {
        EXPECT_EQ(shortest_number(value), text);
    }
}

}  // namespace
}  // namespace corral::cli
