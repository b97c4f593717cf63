#include "base/units.h"

#include <gtest/gtest.h>

#include <limits>

namespace corral {
namespace {

TEST(Units, HumanBytes) {
    EXPECT_EQ(human_bytes(0), "0 B");
    EXPECT_EQ(human_bytes(-5), "0 B");
    EXPECT_EQ(human_bytes(999), "999 B");
    EXPECT_EQ(human_bytes(1000), "1 KB");
    EXPECT_EQ(human_bytes(1024), "1.0 KB");
    EXPECT_EQ(human_bytes(1500), "1.5 KB");
    EXPECT_EQ(human_bytes(999'999), "999 KB");
    EXPECT_EQ(human_bytes(4'700'000'000), "4.7 GB");
    EXPECT_EQ(human_bytes(9'600'000'000), "9.6 GB");
    EXPECT_EQ(human_bytes(131'000'000'000), "131 GB");
    EXPECT_EQ(human_bytes(1'999'999'999'999), "2.0 TB");
    EXPECT_EQ(human_bytes(std::numeric_limits<std::int64_t>::max()), "9223372 TB");
}

TEST(Units, HumanBytesBinary) {
    EXPECT_EQ(human_bytes_binary(512), "512 B");
    EXPECT_EQ(human_bytes_binary(1024), "1.0 KiB");
    EXPECT_EQ(human_bytes_binary(1'610'612'736), "1.5 GiB");
    EXPECT_EQ(human_bytes_binary(std::uint64_t{1} << 50), "1024.0 TiB");
}

TEST(Units, HumanCounts) {
    EXPECT_EQ(human_count(999), "999");
    EXPECT_EQ(human_count(262'144), "262K");
    EXPECT_EQ(human_count(125'000'000), "125M");
    EXPECT_EQ(human_count(133'700'000), "133.70M");
    EXPECT_EQ(human_count(7'000'000'000), "7B");
    EXPECT_EQ(human_count(2'800'000'000), "2.8B");
    EXPECT_EQ(human_count(1'000'000'000'000), "1000B");
}

}  // namespace
}  // namespace corral
