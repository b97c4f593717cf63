#include "base/hash.h"

#include <gtest/gtest.h>

namespace corral {
namespace {

TEST(Sha256, MatchesThePublishedVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, TakesTheInputInPieces) {
    Sha256 hasher;
    hasher.update(std::string_view("a"));
    hasher.update(std::string_view(""));
    hasher.update(std::string_view("bc"));
    EXPECT_EQ(hasher.hex(), sha256_hex("abc"));
}

}  // namespace
}  // namespace corral
