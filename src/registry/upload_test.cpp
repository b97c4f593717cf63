#include "registry/upload.h"

#include <gtest/gtest.h>

namespace corral::registry {
namespace {

TEST(BytesInRange, AreOneMoreThanTheLast) {
    EXPECT_EQ(bytes_in_range("0-99"), 100);
    EXPECT_EQ(bytes_in_range("0-0"), 0);
    for (const char* range :
         {"", "0-", "5-9", "0--1", "0-x", "bytes=0-9", "0-9223372036854775807"}) {
        EXPECT_EQ(bytes_in_range(range), std::nullopt) << range;
    }
}

}  // namespace
}  // namespace corral::registry
